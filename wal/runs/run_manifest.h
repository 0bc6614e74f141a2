// Which runs count: the content of the file MANIFEST. Pure functions; wal/runs/FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "wal/base/position.h"
#include "wal/base/publish.h"
#include "wal/runs/run_entry.h"

namespace wallet {

inline constexpr char kRunManifestName[] = "MANIFEST";

struct RunInfo {
  RunNumber number;
  uint32_t level = 0;  // how many merges its entries went through
  RunSummary summary;
  bool operator==(const RunInfo&) const = default;
};

struct RunFamilyInfo {
  std::string name;
  std::vector<RunInfo> runs;  // newest first
  bool operator==(const RunFamilyInfo&) const = default;
};

struct RunManifest {
  uint64_t sequence = 0;     // of commits
  uint64_t next_number = 1;  // above every run's
  Position position;         // everything up to it is in the runs
  std::string metadata;      // the caller's, opaque
  std::vector<RunFamilyInfo> families;
  bool operator==(const RunManifest&) const = default;
};

// 1 … kMaxRunFamilyNameBytes of a–z, 0–9 and _.
bool IsRunFamilyName(std::string_view name);
// The file of a run: `transactions-0000000012.run`.
std::string RunFileName(std::string_view family, RunNumber number);
// Whether RunFileName could have answered it.
bool IsRunFileName(std::string_view name);

std::string EncodeRunManifest(const RunManifest& manifest);
// kDataLoss, kUnimplemented: as CheckPreamble, naming `path`.
absl::StatusOr<RunManifest> DecodeRunManifest(std::string_view bytes, const std::string& path);

}  // namespace wallet
