// u8 how, u8 the size of pieces, then a section of a ledger's snapshot: as it is (how = 0), or only
// its blocks, each with its type and (u16) size, to which the end that fits them is added.
#include "engine/ledger/ledger_snapshot.h"

#include <algorithm>

#include "engine/ledger/ledger.h"
#include "engine/ledger/ledger_loader.h"
#include "engine/ledger/snapshot_rows.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

struct Loaded {
  absl::Status status;
  Digest digest;
};

Loaded Load(std::string_view section, size_t piece, Ledger& ledger) {
  LedgerLoader loader(
      {&ledger}, [](UserId) { return size_t{0}; }, 1);
  for (; !section.empty(); section.remove_prefix(std::min(section.size(), piece))) {
    const absl::Status status = loader.Add(0, section.substr(0, piece));
    if (!status.ok()) return {status, {}};
  }
  absl::Status status = loader.Finish();
  return {status, loader.digest()};
}

// Counts what a section's blocks hold.
class Counter {
 public:
  void Add(BlockType type, std::string_view payload) {
    if (type == BlockType::kUsers && DecodeUsers(payload, users_)) AddUsers();
    if (type == BlockType::kOpen && DecodeOpen(payload, open_)) AddOpen();
  }
  SectionEnd end() const { return end_; }

 private:
  void AddUsers() {
    end_.users += static_cast<int64_t>(users_.users.size());
    end_.accounts += static_cast<int64_t>(users_.accounts.size());
    for (const AccountRow& account : users_.accounts) {
      end_.flows[account.currency].charged += account.total.value();
    }
  }
  void AddOpen() {
    end_.open += static_cast<int64_t>(open_.size());
    for (const OpenWithdrawal& open : open_) end_.flows[open.currency].held += open.amount.value();
  }

  UserRows users_;
  std::vector<OpenWithdrawal> open_;
  SectionEnd end_;
};

std::string Sealed(fuzz::Input input) {
  std::string section(1, static_cast<char>(kSnapshotVersion));
  Counter counter;
  while (!input.empty()) {
    const uint8_t type = input.Byte();
    const std::string_view payload = input.Take(input.Number<uint16_t>());
    counter.Add(static_cast<BlockType>(type), payload);
    section.push_back(static_cast<char>(type));
    PutFixed(section, static_cast<uint32_t>(payload.size()));
    section.append(payload);
  }
  Ledger ledger;
  Load(section, section.size(), ledger);
  SectionEnd end = counter.end();
  end.digest = ledger.DigestAt(kMinInstant);
  AppendEnd(end, section);
  return section;
}

std::string Write(Ledger& ledger, size_t slice) {
  const auto snapshot = ledger.BeginSnapshot();
  std::string section;
  while (snapshot->Next(slice, section)) {
  }
  WALLET_CHECK(snapshot->digest() == ledger.DigestAt(kMinInstant));
  return section;
}

// Written again it is the same ledger, and from then on the same bytes.
void CheckWrittenAgain(Ledger& ledger, const Digest& digest) {
  ledger.CheckInvariants();
  WALLET_CHECK(ledger.DigestAt(kMinInstant) == digest);
  const std::string section = Write(ledger, 1);
  Ledger again;
  const Loaded loaded = Load(section, section.size(), again);
  WALLET_CHECK_NOTE(loaded.status.ok(), loaded.status.ToString());
  WALLET_CHECK(loaded.digest == digest && again.DigestAt(kMinInstant) == digest);
  WALLET_CHECK(again.account_count() == ledger.account_count());
  WALLET_CHECK(Write(again, 1) == section);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  const size_t piece = 1 + input.Byte();
  const std::string section = as_it_is ? std::string(input.Rest()) : Sealed(input);
  Ledger at_once, in_pieces;
  const Loaded whole = Load(section, section.size(), at_once);
  const Loaded pieces = Load(section, piece, in_pieces);
  WALLET_CHECK_NOTE(whole.status == pieces.status, pieces.status.ToString());
  if (!whole.status.ok()) {
    WALLET_CHECK(absl::IsDataLoss(whole.status) || absl::IsUnimplemented(whole.status));
    return 0;
  }
  WALLET_CHECK(in_pieces.DigestAt(kMinInstant) == whole.digest);
  CheckWrittenAgain(at_once, whole.digest);
  return 0;
}
