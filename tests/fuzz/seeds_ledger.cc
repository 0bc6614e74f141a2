// The index's entries, and a ledger as its snapshots hold it.
#include "engine/index/entry_format.h"
#include "engine/index/index_metadata.h"
#include "engine/index/row_format.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/ledger_snapshot.h"
#include "tests/engine/events.h"
#include "tests/fuzz/seeds.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet::fuzz {
namespace {

std::string Sized(std::string_view bytes) {
  return FixedBytes(static_cast<uint16_t>(bytes.size())).append(bytes);
}

void AddRows(SeedList& seeds) {
  Event charge = testing::Charged(1, 1, "charge-2024-001", INT64_MAX);
  charge.release_at = Instant(1'705'320'000'000'000);
  charge.description = "für März";
  Event withdrawal = testing::WithdrawalRequested(1, 2, "withdraw-2024-001");
  withdrawal.destination = "DE02 1203";
  const MovedState failed{Substatus::kFailed, kMaxInstant, "declined", "no such account"};
  const MovedState completed{Substatus::kCompleted, Instant(3'000), "", ""};
  const Balance kAfter = {.total = Amount(700),
                          .withdrawable = Amount(600),
                          .unreleased = Amount(90),
                          .held = Amount(10)};
  RowEncoder encoder;
  const std::string plain(encoder.Row(withdrawal, kAfter, nullptr));
  const std::string moved(encoder.Row(withdrawal, kAfter, &failed));
  const std::string money(encoder.Row(charge, kAfter, nullptr));
  charge.release_at = Instant(5);
  const std::string odd(encoder.Row(charge, kAfter, nullptr));
  const std::string change(encoder.Change(completed));
  for (const std::string& newer : {change, plain, money, std::string(encoder.Change(failed))}) {
    for (const std::string& older : {plain, moved, money, odd, change}) {
      seeds.Add("index_row", Sized(newer) + older);
    }
  }
}

void AddEntries(SeedList& seeds) {
  const std::string code = FixedBytes(CodeOf(*Currency::Parse("EUR")));
  const std::string one = EncodeId(TransactionId(300));
  const std::string some =
      EncodeIds({TransactionId(1), TransactionId(300), TransactionId(INT64_MAX)});
  seeds.Add("index_entry", code + Sized(one) + some);
  seeds.Add("index_entry", code + Sized(some) + one);
  seeds.Add("index_entry", code + Sized(some) + some);
  seeds.Add("index_entry", EncodeIndexMetadata({.secret = {1, 2}}));
}

// A user whose lots are written in pieces, one with all kinds of things, one with nothing left.
void Fill(Ledger& ledger) {
  for (int64_t i = 1; i <= 70; ++i) {
    Event event = testing::Charged(7, i, "k" + std::to_string(i), i);
    event.release_at = Instant(5'000 + i);
    ledger.Apply(event);
  }
  ledger.Apply(testing::Charged(300, 1, "a", 1'000));
  ledger.Apply(testing::Charged(300, 2, "b", INT64_MAX, "JPY"));
  ledger.Apply(testing::WithdrawalRequested(300, 3, "c", 600));
  ledger.Apply(testing::Moved(300, 3, Substatus::kDispatching));
  ledger.Apply(testing::Moved(300, 3, Substatus::kUnknown));
  Event later = testing::Charged(300, 4, "d", 5);
  later.release_at = kMaxInstant;
  ledger.Apply(later);
  ledger.Apply(testing::Charged(INT64_MAX, 1, "a", 10));
  ledger.Apply(testing::WithdrawalRequested(INT64_MAX, 2, "b", 10));
  ledger.Apply(testing::Moved(INT64_MAX, 2, Substatus::kDispatching));
  ledger.Apply(testing::Moved(INT64_MAX, 2, Substatus::kCompleted));
}

// As the target reads them when it makes the end itself.
std::string BlocksOf(std::string_view section) {
  Reader reader(section.substr(1));
  std::string blocks;
  while (reader.remaining() > 0) {
    const auto type = reader.Fixed<uint8_t>();
    const std::string_view payload = reader.Raw(reader.Fixed<uint32_t>());
    if (type == static_cast<uint8_t>(BlockType::kEnd)) break;
    blocks += FixedBytes(type) + Sized(payload);
  }
  return blocks;
}

void AddSnapshot(SeedList& seeds, Ledger& ledger) {
  const auto snapshot = ledger.BeginSnapshot();
  std::string section;
  while (snapshot->Next(64 << 10, section)) {
  }
  seeds.Add("ledger_snapshot", std::string(2, '\0') + section);
  seeds.Add("ledger_snapshot", "\1\x20" + BlocksOf(section));
}

}  // namespace

std::vector<Seed> LedgerSeeds() {
  SeedList seeds;
  AddRows(seeds);
  AddEntries(seeds);
  Ledger empty, full;
  Fill(full);
  AddSnapshot(seeds, empty);
  AddSnapshot(seeds, full);
  return seeds.Take();
}

}  // namespace wallet::fuzz
