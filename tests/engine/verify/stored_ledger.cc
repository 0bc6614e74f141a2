#include "tests/engine/verify/stored_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/index/index.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/payload.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/catalog.h"
#include "snapshot/snapshot_writer.h"
#include "tests/support/manual_executor.h"
#include "wal/archive/archive_writer.h"
#include "wal/record.h"

namespace wallet::testing {
namespace {

namespace fs = std::filesystem;

constexpr Instant kBegin{1'700'000'000'000'000};
constexpr size_t kEventsInARecord = 7;

void Good(const absl::Status& status) { ASSERT_TRUE(status.ok()) << status; }

// What the index is told of some events, after `history` of all of them.
class Told final : public IndexSource {
 public:
  void Add(const Event& event, bool shown) {
    ledger_.Apply(event);
    if (event.type == EventType::kWithdrawalMoved) {
      if (shown) moves_[{event.user, event.id}] = {event.to, event.at, event.code, event.message};
      return;
    }
    if (shown) {
      rows_.push_back({event.user, event.id, rows_.size()});
      EncodeEvent(event, kBegin, encoded_.emplace_back());
      after_.push_back(ledger_.BalanceOf(event.user, event.currency, event.at));
    }
    NoteRank(event, shown);
  }

  uint64_t rows() const override { return rows_.size(); }
  uint64_t moves() const override { return moves_.size(); }
  uint64_t ranks() const override { return ranks_.size(); }
  void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const override {
    for (const IndexedRow& row : rows_) visit(row);
  }
  IndexedTransaction LoadRow(uint64_t handle) const override {
    return {{encoded_[handle], kBegin}, after_[handle]};
  }
  void VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const override {
    for (const auto& [name, state] : moves_) visit({name.first, name.second, state});
  }
  void VisitRanks(absl::FunctionRef<void(const IndexedRank&)> visit) const override {
    for (const IndexedRank& rank : ranks_) visit(rank);
  }

 private:
  void NoteRank(const Event& event, bool shown) {
    std::map<Currency, int64_t>& counts = counts_[event.user];
    const bool pure = counts.size() == 1;
    const int64_t rank = counts[event.currency]++;
    if (counts.size() < 2 || !shown) return;
    if (pure) {
      for (const auto& [currency, count] : counts) {
        if (currency == event.currency) continue;
        ranks_.push_back({event.user, currency, count - 1, TransactionId(count)});
      }
    }
    ranks_.push_back({event.user, event.currency, rank, event.id});
  }

  std::vector<IndexedRow> rows_;
  std::vector<std::string> encoded_;
  std::vector<Balance> after_;
  Ledger ledger_;
  std::map<std::pair<UserId, TransactionId>, MovedState> moves_;
  std::map<UserId, std::map<Currency, int64_t>> counts_;
  std::vector<IndexedRank> ranks_;
};

}  // namespace

StoredLedger::StoredLedger() {
  const auto made = Directory::Open({.path = path(), .create = true}, PosixFileSystem(), clock_,
                                    SystemRandom(), [&](const Directory& directory) {
                                      chain_seed_ = directory.identity().chain_seed;
                                      return RocksLog::Create(PosixFileSystem(),
                                                              {.directory = directory.log_path(),
                                                               .mark = directory.mark_path(),
                                                               .chain_seed = chain_seed_});
                                    });
  Good(made.status());
}

std::string StoredLedger::path(std::string_view name) const {
  const std::string root = temporary_.path() + "/data";
  return name.empty() ? root : absl::StrCat(root, "/", absl::string_view(name.data(), name.size()));
}

Event& StoredLedger::Next(EventType type, int64_t user) {
  Event event;
  event.type = type;
  event.user = UserId(user);
  event.at = Instant(kBegin.value() + 1'000'000 * static_cast<int64_t>(events_.size()));
  if (type != EventType::kWithdrawalMoved) ++last_ids_[user];
  event.id = TransactionId(last_ids_[user]);
  event.currency = *Currency::Parse("USD");
  event.key = KeepText(absl::StrCat("key-", events_.size()));
  return events_.emplace_back(event);
}

void StoredLedger::Charge(int64_t user, int64_t amount, std::string_view currency,
                          std::optional<int64_t> release_in_us) {
  Event& event = Next(EventType::kCharged, user);
  event.amount = Amount(amount);
  event.currency = *Currency::Parse(currency);
  if (release_in_us) event.release_at = Instant(event.at.value() + *release_in_us);
}

void StoredLedger::Withdraw(int64_t user, int64_t amount) {
  Event& event = Next(EventType::kWithdrawalRequested, user);
  event.amount = Amount(amount);
  event.epoch = Epoch(7);
}

void StoredLedger::Move(int64_t user, Substatus to) {
  Event& event = Next(EventType::kWithdrawalMoved, user);
  event.currency = Currency();
  event.key = {};
  event.to = to;
  event.attempt = 1;
  event.bank = to == Substatus::kDispatching ? "bank" : "";
  if (to == Substatus::kFailed) event.code = "declined";
}

void StoredLedger::Live(int events) {
  const size_t end = events_.size() + static_cast<size_t>(events);
  for (int64_t i = 0; events_.size() < end; ++i) {
    const int64_t user = 1 + i % 9;
    Charge(user, 100 + i);
    if (i % 3 == 0) Charge(user, 10, "USD", 60'000'000);
    if (i % 5 == 0) Charge(user, 7, user % 2 == 0 ? "EUR" : "USD");
    if (i % 4 != 0) continue;
    Withdraw(user, 50);
    Move(user, Substatus::kDispatching);
    if (i % 8 == 0) Move(user, i % 16 == 0 ? Substatus::kCompleted : Substatus::kFailed);
  }
}

void StoredLedger::WithLog(const std::function<void(RocksLog&)>& change) {
  ManualScheduler scheduler{clock_};
  const auto executor = scheduler.MakeExecutor();
  auto log = RocksLog::Open(
      PosixFileSystem(),
      {.directory = path("log"), .mark = path("MARK"), .chain_seed = chain_seed_}, *executor);
  Good(log.status());
  change(**log);
  scheduler.DropAll();
}

void StoredLedger::Log() {
  WithLog([&](RocksLog& log) {
    while (logged_ < events_.size()) {
      const size_t count = std::min(kEventsInARecord, events_.size() - logged_);
      std::string encoded;
      for (size_t i = 0; i < count; ++i) EncodeEvent(events_[logged_ + i], kBegin, encoded);
      const std::string head = SegmentHead(encoded.size(), static_cast<uint32_t>(count), kBegin);
      const std::string_view parts[] = {kPayloadStart, head, encoded};
      log.Append(log.end(), static_cast<uint32_t>(count), parts, Good);
      logged_ += count;
    }
  });
}

void StoredLedger::LogRecord(std::string_view payload) {
  WithLog([&](RocksLog& log) { log.Append(log.end(), 1, {&payload, 1}, Good); });
}

void StoredLedger::TrimLog(Position up_to) {
  WithLog([&](RocksLog& log) { Good(log.Trim(up_to)); });
}

void StoredLedger::Archive(Position up_to) {
  auto log = RocksLog::OpenAtRest(
      PosixFileSystem(),
      {.directory = path("log"), .mark = path("MARK"), .chain_seed = chain_seed_});
  Good(log.status());
  auto archive = ArchiveWriter::Open(PosixFileSystem(), archive_path(), GenesisHash(chain_seed_));
  Good(archive.status());
  Good((*archive)->CopyUpTo(**log, up_to, [] { return false; }));
}

void StoredLedger::Fill(Ledger& ledger, Position at) const {
  for (size_t i = 0; i < at.value(); ++i) ledger.Apply(events_[i]);
}

void StoredLedger::Snapshot(Position at, const Change& change) {
  Ledger ledger;
  Fill(ledger, at);
  change(ledger);
  SnapshotCatalog catalog(PosixFileSystem(), path("snapshots"));
  Good(catalog.CreateDirectory());
  auto writer = SnapshotWriter::Create(PosixFileSystem(), catalog.PathOf(at), {});
  Good(writer.status());
  const SectionNumber section = (*writer)->AddSection(SectionNameOf(0));
  SectionFacts facts{.accounts = ledger.account_count()};
  ledger.ForEachOpen([&](const OpenWithdrawal&) { ++facts.open_withdrawals; });
  const auto frozen = ledger.BeginSnapshot();
  for (std::string slice; frozen->Next(1'000, slice); slice.clear()) {
    Good((*writer)->Append(section, slice));
  }
  facts.digest = frozen->digest();
  Good((*writer)->Commit(EncodeSnapshotMetadata({.position = at,
                                                 .chain_hash = HashAt(at),
                                                 .epoch = Epoch(7),
                                                 .default_currency = *Currency::Parse("USD"),
                                                 .last_stamp = ledger.last_stamp(),
                                                 .created_at = kBegin,
                                                 .sections = {facts}})));
}

Sha256 StoredLedger::HashAt(Position at) const {
  auto log = RocksLog::OpenAtRest(
      PosixFileSystem(),
      {.directory = path("log"), .mark = path("MARK"), .chain_seed = chain_seed_});
  Good(log.status());
  Sha256 hash = (*log)->end_hash();
  Good((*log)->Read(Position(0), [&](const RecordView& record) {
    if (record.last() == at) hash = record.hash;
    return absl::OkStatus();
  }));
  return hash;
}

void StoredLedger::Index(Position at, const Keep& keep) {
  if (!fs::exists(path("index"))) {
    Good(CreateIndex(PosixFileSystem(), path("index"), SystemRandom()));
  }
  auto index = OpenIndex(PosixFileSystem(), path("index"), SystemRandom());
  Good(index.status());
  const auto told = std::make_shared<Told>();
  for (size_t i = 0; i < at.value(); ++i) {
    told->Add(events_[i], i >= (*index)->position().value() && keep(events_[i]));
  }
  Good((*index)->writer().Write({{told}, at}, [] { return false; }));
}

VerifyReport StoredLedger::Verify(bool with_archive) {
  const auto report =
      VerifyDirectory(PosixFileSystem(), SystemClock(),
                      {.directory = path(), .archive = with_archive ? archive_path() : ""});
  EXPECT_TRUE(report.ok()) << report.status();
  return report.value_or(VerifyReport());
}

std::vector<std::string> StoredLedger::Files() const {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    if (!entry.is_regular_file()) continue;
    files.push_back(fs::relative(entry.path(), path()).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> Differing(const VerifyReport& report) {
  std::vector<std::string> names;
  for (const CheckResult& check : report.checks) {
    if (check.outcome == CheckOutcome::kDifferent) names.push_back(check.name);
  }
  return names;
}

std::string Sentences(const VerifyReport& report) {
  std::string text;
  for (const CheckResult& check : report.checks) {
    for (const std::string& sentence : check.differences) absl::StrAppend(&text, sentence, "\n");
  }
  return text;
}

}  // namespace wallet::testing
