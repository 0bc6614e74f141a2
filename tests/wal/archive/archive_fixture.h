// What the tests of the archive share: a log, an archive of it, and everything that happened.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/memory_files.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/archive_writer.h"
#include "wal/archive/read_history.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/memory_log.h"
#include "wal/record.h"

namespace wallet::testing {

inline constexpr char kDirectory[] = "/archive";
inline constexpr char kSeed[] = "seed";

inline bool GoOn() { return false; }  // never stop

struct Happened {
  Position first;
  uint32_t count = 0;
  std::string payload;
  Sha256 hash{};
  bool operator==(const Happened&) const = default;
  Position last() const { return Position(first.value() + count - 1); }
};
using History = std::vector<Happened>;

inline void PrintTo(const Happened& happened, std::ostream* out) {
  *out << happened.first.value() << "+" << happened.count;
}

struct HistoryRead {
  absl::Status status;
  History records;
};

// Whatever reads records: `read` is called with a visitor.
template <class Read>
HistoryRead Collect(const Read& read) {
  HistoryRead found;
  found.status = read([&](const RecordView& record) {
    found.records.push_back({record.first, record.count, std::string(record.payload), record.hash});
    return absl::OkStatus();
  });
  return found;
}

inline HistoryRead ReadArchive(const ArchiveReader& archive, Position after = Position(0)) {
  return Collect([&](RecordVisitor visit) { return archive.Read(after, visit); });
}

inline HistoryRead ReadBoth(const ArchiveReader* archive, Log* log, Position after = Position(0),
                            std::optional<Position> until = std::nullopt) {
  return Collect(
      [&](RecordVisitor visit) { return ReadHistory(archive, log, after, until, visit); });
}

// Small segments, so that a test has many; not compressed, so that sizes are known.
inline SegmentWriterOptions SmallSegments() {
  return {.segment_bytes = 400, .compression_level = 0};
}

// A log in memory that is archived to a disk in memory.
class ArchivedLog {
 public:
  explicit ArchivedLog(std::string seed = kSeed, SegmentWriterOptions options = SmallSegments())
      : genesis(GenesisHash(seed)), options_(options), disk(MemoryLog::NewDisk(seed)) {
    log = std::make_unique<MemoryLog>(disk);
  }

  void Append(uint32_t count, const std::string& payload) {
    const std::string_view parts[] = {payload};
    log->Append(log->end(), count, parts, [](const absl::Status& status) {
      WALLET_CHECK_NOTE(status.ok(), status.ToString());
    });
    const HistoryRead last = Collect(
        [&](RecordVisitor visit) { return log->Read(Position(log->end().value() - 1), visit); });
    WALLET_CHECK(last.status.ok());
    happened.push_back(last.records.back());
  }
  // Records of two events each.
  void AppendMany(int records) {
    for (int i = 0; i < records; ++i) {
      Append(2, "events from " + std::to_string(log->end().value() + 1) + " on");
    }
  }

  absl::StatusOr<std::unique_ptr<ArchiveWriter>> OpenWriter(FileSystem& files,
                                                            const std::string& directory) const {
    return ArchiveWriter::Open(files, directory, genesis, options_);
  }
  // Opens, copies, closes.
  absl::Status Copy(FileSystem& files, std::optional<Position> up_to = std::nullopt,
                    const std::string& directory = kDirectory) {
    auto writer = OpenWriter(files, directory);
    if (!writer.ok()) return writer.status();
    return (*writer)->CopyUpTo(*log, up_to.value_or(log->end()), GoOn);
  }

  // What a read behind `after` up to `until` must find.
  History Behind(Position after, Position until) const {
    History records;
    std::copy_if(
        happened.begin(), happened.end(), std::back_inserter(records),
        [&](const Happened& record) { return record.last() > after && record.first <= until; });
    return records;
  }

  const Sha256 genesis;

 private:
  const SegmentWriterOptions options_;

 public:
  std::shared_ptr<MemoryLogDisk> disk;
  std::unique_ptr<MemoryLog> log;
  History happened;
};

// The names of the finished segments on the disk.
inline std::vector<std::string> SegmentsOn(MemoryFiles& files,
                                           const std::string& directory = kDirectory) {
  std::vector<std::string> names = *files.List(directory);
  std::erase_if(names, [](const std::string& name) { return !ParseSegmentName(name); });
  return names;
}

}  // namespace wallet::testing
