// The set whose files are kept in golden/.
#pragma once

#include <string>

#include "tests/wal/runs/run_fixture.h"

namespace wallet::testing {

inline constexpr const char* kGoldenFiles[] = {"MANIFEST", "keys-0000000002.run",
                                               "keys-0000000004.run", "rows-0000000005.run"};

inline Entries GoldenRows(uint64_t commit) {
  Entries rows;
  for (uint64_t i = 0; i < 400; ++i) rows[{i / 7, 2 * i + commit}] = "row " + std::to_string(i);
  rows[{UINT64_MAX, 1}] = commit == 1 ? "first" : "second";
  return rows;
}

inline Entries GoldenKeys(uint64_t commit) {
  Entries keys;
  for (uint64_t i = 0; i < 100; ++i) keys[{Mix64(commit * 1000 + i), i}] = "";
  return keys;
}

// Two commits, of which the rows were then merged.
inline absl::Status WriteGoldenSet(FileSystem& files, const std::string& directory) {
  RepeatedRandom random(2024);
  if (absl::Status status = RunSet::Create(files, directory, "made"); !status.ok()) return status;
  auto set = RunSet::Open(files, random, SetOptions(directory));
  if (!set.ok()) return set.status();
  for (uint64_t commit = 1; commit <= 2; ++commit) {
    absl::Status status = CommitTo(**set, GoldenRows(commit), GoldenKeys(commit),
                                   Position(1000 * commit), "commit " + std::to_string(commit));
    if (!status.ok()) return status;
  }
  return (*set)->Compact(*(*set)->WholeFamily(kRows), [] { return false; });
}

}  // namespace wallet::testing
