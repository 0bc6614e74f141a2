// A ledger's life on disk, and everything a restore may start from: a data directory, an archive of
// its log, a backup set.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/backup/backup_contents.h"
#include "engine/directory.h"
#include "engine/index/index.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/payload.h"
#include "engine/restore/restore.h"
#include "engine/restore/restore_source.h"
#include "engine/snapshot_draft.h"
#include "snapshot/backup_set.h"
#include "tests/engine/index/story.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "wal/archive/archive_writer.h"
#include "wal/base/executor.h"
#include "wal/base/random.h"
#include "wal/rocks_log_copy.h"

namespace wallet::testing {

// Runs nothing: a log that nobody writes to for long needs no background.
class IdleExecutor final : public Executor {
 public:
  void Post(Task) override {}
  void PostAfter(int64_t, Task) override {}
  void Stop() override {}
};

// Some users' charges and withdrawals, in two currencies, as a ledger could have had them.
inline std::unique_ptr<Story> TellStory(unsigned seed, size_t events) {
  auto story = std::make_unique<Story>();
  std::mt19937_64 random(seed);
  std::map<std::pair<int64_t, std::string>, int64_t> free;
  std::vector<std::pair<int64_t, TransactionId>> open;
  std::map<std::pair<int64_t, TransactionId>, std::pair<std::string, int>> about;
  while (story->size() < events) {
    const int64_t user = 1 + static_cast<int64_t>(random() % 7);
    const std::string currency = user % 2 == 0 && random() % 3 == 0 ? "EUR" : "USD";
    const uint64_t choice = random() % 10;
    if (choice < 3 && !open.empty()) {
      const size_t which = random() % open.size();
      const auto [owner, id] = open[which];
      auto& [of, steps] = about[{owner, id}];
      constexpr Substatus kWay[] = {Substatus::kDispatching, Substatus::kUnknown,
                                    Substatus::kInquiring, Substatus::kReview};
      const bool may_end = steps == 1 || steps == 3;  // not where nothing is known
      const bool end = steps == 4 || (may_end && random() % 3 == 0);
      const bool paid = random() % 2 == 0;
      story->Move(owner, id,
                  end ? (paid ? Substatus::kCompleted : Substatus::kFailed) : kWay[steps++]);
      if (!end) continue;
      if (!paid) free[{owner, of}] += 10;
      open.erase(open.begin() + static_cast<int64_t>(which));
    } else if (choice < 6 && free[{user, currency}] >= 10) {
      free[{user, currency}] -= 10;
      const TransactionId id = story->Withdraw(user, {.currency = currency, .amount = 10});
      open.emplace_back(user, id);
      about[{user, id}] = {currency, 0};
    } else {
      story->Charge(user, {.currency = currency, .amount = 25});
      free[{user, currency}] += 25;
    }
  }
  return story;
}

inline Digest DigestOf(const Story& story, Position until) {
  Ledger ledger;
  for (size_t i = 0; i < until.value(); ++i) ledger.Apply(story.event(i));
  return ledger.DigestAt(kMinInstant);
}

class RestoreWorld {
 public:
  static constexpr size_t kEvents = 120;
  static constexpr char kSeed[] = "00112233445566778899aabbccddeeff";

  // The events are cut into records at random.
  explicit RestoreWorld(unsigned seed = 1) : seed_(seed), story_(TellStory(seed, kEvents)) {
    std::mt19937_64 random(seed);
    RecordLink next{Position(1), GenesisHash(kSeed)};
    ends_.push_back({Position(0), next.previous});
    for (size_t at = 0; at < kEvents;) {
      const size_t count = std::min<size_t>(kEvents - at, 1 + random() % 6);
      const std::string payload = PayloadOf(at, at + count / 2, at + count);
      const std::string_view parts[] = {payload};
      Sha256 hash{};
      records_.push_back(
          EncodeRecord(next.first, static_cast<uint32_t>(count), next.previous, parts, &hash));
      at += count;
      next = {Position(at + 1), hash};
      ends_.push_back({Position(at), hash});
    }
  }

  const Story& story() const { return *story_; }
  std::unique_ptr<Story> StoryUntil(Position position) const {
    return TellStory(seed_, position.value());
  }
  Instant StampOf(Position position) const { return story_->event(position.value() - 1).at; }
  std::string path(const std::string& name) const { return temporary_.path() + "/" + name; }
  // The last end of a record at or before that position.
  LogPoint EndBefore(uint64_t position) const {
    LogPoint best = ends_[0];
    for (const LogPoint& end : ends_) {
      if (end.position.value() <= position) best = end;
    }
    return best;
  }

  // A data directory at rest: the log from `begin` on, snapshots and the index near the positions.
  struct Parts {
    uint64_t log_begin = 0;
    std::vector<uint64_t> snapshots;
    std::optional<uint64_t> index;
  };
  std::string MakeDirectory(const std::string& name, const Parts& parts) {
    const std::string directory = path(name);
    std::filesystem::create_directories(directory + "/snapshots");
    Check(files_.WriteFileAtomically(directory + "/LEDGER", EncodeIdentity(identity())));
    Check(files_.WriteFileAtomically(directory + "/bank-sim.book", "wallet-sim-book 1\n"));
    MakeLog(directory, parts.log_begin);
    for (const uint64_t at : parts.snapshots) MakeSnapshot(directory + "/snapshots", at);
    if (parts.index) MakeIndex(directory + "/index", *parts.index);
    return directory;
  }

  // The log's records whose events are behind `begin` up to `end`, or near that.
  std::string MakeArchive(const std::string& name, uint64_t begin, uint64_t end,
                          const std::string& seed = kSeed) {
    const std::string scratch = path(name + ".scratch");
    std::filesystem::create_directories(scratch);
    MakeLog(scratch, begin);
    IdleExecutor idle;
    auto log = RocksLog::Open(files_, LogOptions(scratch), idle);
    Check(log.status());
    auto writer =
        ArchiveWriter::Open(files_, path(name), GenesisHash(seed), {.segment_bytes = 600});
    Check(writer.status());
    Check((*writer)->CopyUpTo(**log, EndBefore(end).position, [] { return false; }));
    return path(name);
  }

  // With a snapshot and the index, if any, near there, and the log from the lower of both.
  std::string MakeSet(const std::string& name, std::optional<uint64_t> snapshot,
                      std::optional<uint64_t> index, uint64_t end) {
    const std::string from = path(name + ".from");
    const uint64_t begin = std::min(snapshot.value_or(0), index.value_or(0));
    MakeDirectory(
        name + ".from",
        {.snapshots = snapshot ? std::vector{*snapshot} : std::vector<uint64_t>{}, .index = index});
    MakeArchive(name + ".from/archive", begin, end);
    const LogPoint log_begin = EndBefore(begin), log_end = EndBefore(end);
    BackupContents contents{.epoch = identity().epoch,
                            .default_currency = identity().default_currency,
                            .created_at = clock_.Now(),
                            .log_begin = log_begin.position,
                            .log_begin_hash = log_begin.hash,
                            .end = log_end.position,
                            .end_hash = log_end.hash};
    if (snapshot) contents.snapshot = EndBefore(*snapshot).position;
    if (index) contents.index = EndBefore(*index).position;
    std::vector<BackupSource> sources = {{.name = "LEDGER", .path = from + "/LEDGER"}};
    for (const char* part : {"snapshots", "index", "archive"}) {
      const auto names = files_.List(absl::StrCat(from, "/", part));
      if (!names.ok()) continue;
      for (const std::string& file : *names) {
        if (file == "LOCK") continue;
        sources.push_back({.name = absl::StrCat(part, "/", file),
                           .path = absl::StrCat(from, "/", part, "/", file)});
      }
    }
    Check(CreateBackupSet(files_, path(name), sources, EncodeBackupContents(contents)).status());
    return path(name);
  }

  absl::StatusOr<RestoreReport> Run(RestoreOptions options) {
    if (options.to.empty()) options.to = path("restored");
    return Restore({files_, clock_, random_}, options, progress_);
  }
  absl::StatusOr<RestoreReport> RunUntil(const std::string& from, uint64_t position) {
    return Run({.from = from, .until = {.position = Position(position)}});
  }
  void Discard(const std::string& name = "restored") { std::filesystem::remove_all(path(name)); }

  LedgerIdentity identity() const {
    return {.epoch = Epoch(77),
            .default_currency = *Currency::Parse("USD"),
            .created_at = Instant(0),
            .chain_seed = kSeed};
  }
  static RocksLogOptions LogOptions(const std::string& directory) {
    return {.directory = directory + "/log", .mark = directory + "/MARK", .chain_seed = kSeed};
  }

  FileSystem& files_ = PosixFileSystem();
  Random& random_ = SystemRandom();
  FakeClock clock_;
  std::function<bool(RestoreStep, uint64_t, uint64_t)> progress_ = [](RestoreStep, uint64_t,
                                                                      uint64_t) { return true; };

 private:
  static void Check(const absl::Status& status) { ASSERT_TRUE(status.ok()) << status; }

  // Two segments: … middle, middle … end.
  std::string PayloadOf(size_t begin, size_t middle, size_t end) const {
    std::string payload(kPayloadStart);
    for (const auto& [from, to] : {std::pair(begin, middle), std::pair(middle, end)}) {
      if (from == to) continue;
      const Instant base = story_->event(from).at;
      std::string events;
      for (size_t i = from; i < to; ++i) EncodeEvent(story_->event(i), base, events);
      absl::StrAppend(&payload, SegmentHead(events.size(), static_cast<uint32_t>(to - from), base),
                      events);
    }
    return payload;
  }

  void MakeLog(const std::string& directory, uint64_t begin) {
    const LogPoint from = EndBefore(begin);
    auto copy = RocksLogCopy::Create(files_, LogOptions(directory),
                                     {Position(from.position.value() + 1), from.hash});
    Check(copy.status());
    for (size_t i = 0; i < records_.size(); ++i) {
      if (ends_[i].position < from.position) continue;
      const auto record =
          DecodeRecord(records_[i], Position(ends_[i].position.value() + 1), ends_[i].hash);
      Check(record.status());
      Check((*copy)->Add(*record));
    }
    Check((*copy)->Finish());
  }

  void MakeSnapshot(const std::string& directory, uint64_t near) {
    const LogPoint at = EndBefore(near);
    Ledger ledger;
    for (size_t i = 0; i < at.position.value(); ++i) ledger.Apply(story_->event(i));
    auto draft = SnapshotDraft::Create(files_, directory, at.position, 1, 0);
    Check(draft.status());
    const auto snapshot = ledger.BeginSnapshot();
    std::string slice;
    while (snapshot->Next(64, slice)) {
      Check((*draft)->Append(0, slice));
      slice.clear();
    }
    SectionFacts facts{.accounts = ledger.account_count(), .digest = snapshot->digest()};
    ledger.ForEachOpen([&](const OpenWithdrawal&) { ++facts.open_withdrawals; });
    Check((*draft)->Publish({.position = at.position,
                             .chain_hash = at.hash,
                             .epoch = identity().epoch,
                             .default_currency = identity().default_currency,
                             .last_stamp = ledger.last_stamp(),
                             .created_at = clock_.Now(),
                             .sections = {facts}},
                            std::atomic<bool>(false)));
  }

  // In two batches, so that moves meet rows of an earlier run.
  void MakeIndex(const std::string& directory, uint64_t near) {
    const size_t to = EndBefore(near).position.value();
    Check(CreateIndex(files_, directory, random_));
    auto index = OpenIndex(files_, directory, random_);
    Check(index.status());
    Check((*index)->writer().Write(story_->Batch(0, to / 2), [] { return false; }));
    Check((*index)->writer().Write(story_->Batch(to / 2, to), [] { return false; }));
  }

  TempDir temporary_;
  const unsigned seed_;
  const std::unique_ptr<Story> story_;
  std::vector<std::string> records_;
  std::vector<LogPoint> ends_;  // of the records, and the beginning
};

}  // namespace wallet::testing
