// The fixed ends of a run file: its header, and its footer, which says where everything is. Pure
// functions; wal/runs/FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/runs/run_entry.h"
#include "wal/runs/run_format.h"

namespace wallet {

// The preamble, the salt, the checksum of the salt.
inline constexpr size_t kRunHeaderBytes = kPreambleBytes + 16;

std::string EncodeRunHeader(uint64_t salt);
// The salt. kDataLoss, kUnimplemented: as CheckPreamble.
absl::StatusOr<uint64_t> DecodeRunHeader(std::string_view bytes, const std::string& path);

// A part of the file between the blocks and the footer.
struct RunPart {
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint64_t checksum = 0;  // XXH3-64, seeded with RunChecksumSeed(salt, offset)
  uint64_t end() const { return offset + size_bytes; }
};

struct RunFooter {
  RunSummary summary;
  uint64_t blocks = 0;
  RunPart index;
  RunPart filter;  // of size 0: the run has none
};

inline constexpr size_t kRunFooterBytes = 8 + 3 * 8 + 4 * 8 + 2 * 3 * 8 + 16 + 8;

std::string EncodeRunFooter(const RunFooter& footer, uint64_t salt);
// Of the last kRunFooterBytes of a file of `file_bytes`: checks that the parts follow each other
// without a gap up to the footer.
absl::StatusOr<RunFooter> DecodeRunFooter(std::string_view bytes, uint64_t salt,
                                          uint64_t file_bytes, const std::string& path);

}  // namespace wallet
