// What the tests of runs share: entries as a map, runs and sets made of them, and read back.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/memory_files.h"
#include "wal/base/hash.h"
#include "wal/base/random.h"
#include "wal/runs/run_reader.h"
#include "wal/runs/run_set.h"
#include "wal/runs/run_writer.h"

namespace wallet::testing {

using Entries = std::map<RunKey, std::string>;

// Repeats, and is safe to share.
class RepeatedRandom final : public Random {
 public:
  explicit RepeatedRandom(uint64_t seed) : state_(Mix64(seed)) {}
  uint64_t Next() override { return Mix64(state_.fetch_add(0x9e3779b97f4a7c15)); }
  uint64_t Below(uint64_t end) { return Next() % end; }

 private:
  std::atomic<uint64_t> state_;
};

struct Shape {
  uint64_t entries = 100;
  uint64_t groups = 10;
  uint64_t orders = 1000;
  uint64_t value_bytes = 40;  // at most
};

inline Entries AnyEntries(RepeatedRandom& random, const Shape& shape) {
  Entries entries;
  for (uint64_t i = 0; i < shape.entries; ++i) {
    const RunKey key{random.Below(shape.groups), random.Below(shape.orders)};
    entries[key] =
        std::string(random.Below(shape.value_bytes + 1), static_cast<char>('a' + i % 26));
  }
  return entries;
}

inline uint64_t GroupsOf(const Entries& entries) {
  uint64_t groups = 0, last = 0;
  for (const auto& [key, value] : entries) {
    if (groups == 0 || key.group != last) ++groups;
    last = key.group;
  }
  return groups;
}

inline absl::Status Fill(RunWriter& writer, const Entries& entries) {
  for (const auto& [key, value] : entries) {
    if (absl::Status status = writer.Add(key, value); !status.ok()) return status;
  }
  return writer.Finish();
}

inline RunWriterOptions WithFilter(const Entries& entries) {
  RunWriterOptions options;
  options.salt = 7;
  options.filter_groups = GroupsOf(entries);
  return options;
}

inline absl::Status WriteRun(FileSystem& files, const std::string& path, const Entries& entries,
                             const RunWriterOptions& options) {
  auto writer = RunWriter::Create(files, path, options);
  if (!writer.ok()) return writer.status();
  absl::Status status = Fill(**writer, entries);
  if (status.ok()) (*writer)->Keep();
  return status;
}

struct RunEntries {
  absl::Status status;
  Entries entries;
  bool operator==(const RunEntries&) const = default;
};

inline auto CollectInto(RunEntries& read) {
  return [&read](const RunEntry& entry) {
    read.entries.emplace(entry.key, entry.value);
    return true;
  };
}

inline RunEntries ReadRun(const RunReader& run) {
  RunEntries read;
  read.status = run.Scan(kFirstRunKey, kLastRunKey, CollectInto(read));
  return read;
}

// Opens the run, verifies it and reads all of it: the first thing that is wrong.
inline absl::Status CheckRun(FileSystem& files, const std::string& path, const Entries& expected) {
  const auto run = RunReader::Open(files, path, path);
  if (!run.ok()) return run.status();
  absl::Status status = (*run)->Verify([](uint64_t, uint64_t) { return true; });
  const RunEntries read = ReadRun(**run);
  if (status.ok()) status = read.status;
  if (read.status.ok() && read.entries != expected) {
    return absl::InternalError("damage was read as other entries");
  }
  return status;
}

inline constexpr FamilyId kRows{0};  // joined when keys are equal
inline constexpr FamilyId kKeys{1};  // with a filter, newest wins

inline RunSetOptions SetOptions(std::string directory) {
  RunSetOptions options;
  options.directory = std::move(directory);
  const RunCombine join = [](RunKey, std::string& newer, std::string_view older) {
    newer.append("+").append(older);
  };
  options.families = {{"rows", false, join}, {"keys", true}};
  return options;
}

inline absl::Status CommitTo(RunSet& set, const Entries& rows, const Entries& keys,
                             Position position, std::string metadata) {
  std::vector<std::unique_ptr<RunWriter>> writers;
  for (const auto& [family, entries] : {std::pair{kRows, &rows}, std::pair{kKeys, &keys}}) {
    if (entries->empty()) continue;
    auto writer = set.NewRun(family, GroupsOf(*entries));
    if (!writer.ok()) return writer.status();
    if (absl::Status status = Fill(**writer, *entries); !status.ok()) return status;
    writers.push_back(*std::move(writer));
  }
  return set.Commit(std::move(writers), position, std::move(metadata));
}

// All that a view answers.
struct Contents {
  Position position;
  std::string metadata;
  Entries rows, keys;
  bool operator==(const Contents&) const = default;
};

inline absl::StatusOr<Contents> ContentsOf(const RunView& view) {
  Contents contents{view.position(), view.metadata(), {}, {}};
  for (const auto& [family, entries] :
       {std::pair{kRows, &contents.rows}, std::pair{kKeys, &contents.keys}}) {
    RunEntries read;
    read.status = view.Scan(family, kFirstRunKey, kLastRunKey, CollectInto(read));
    if (!read.status.ok()) return read.status;
    *entries = std::move(read.entries);
  }
  return contents;
}

}  // namespace wallet::testing
