// The bytes of a segment: its fixed ends and its blocks. Pure functions; wal/archive/FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "wal/base/file_format.h"
#include "wal/base/file_hash.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/codec.h"

namespace wallet {

inline constexpr FileFormat kSegmentFormat = {
    "WALARCHV", 1, "segment of the log's archive",
    "Keep the directory as it is, and put another copy of this segment in its place."};

// What a segment continues.
struct SegmentHeader {
  Sha256 genesis{};   // what the ledger's chain starts from
  Position first;     // of the first event
  Sha256 previous{};  // the hash that the first record carries
};
inline constexpr size_t kSegmentHeaderBytes = kPreambleBytes + 32 + 8 + 32 + 8;

std::string EncodeSegmentHeader(const SegmentHeader& header);
// Of the first kSegmentHeaderBytes, or fewer where the file is shorter. kDataLoss, kUnimplemented:
// as CheckPreamble.
absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes, const std::string& path);

// What a segment came to.
struct SegmentFooter {
  uint64_t records = 0;
  uint64_t record_bytes = 0;  // of all records, as they are in the log
  Position last;              // of the last event
  Sha256 hash{};              // of the last record: what the next one carries
  FileDigest digest{};        // of everything before the footer
};
inline constexpr size_t kSegmentFooterBytes = 8 + 8 + 8 + 8 + 32 + 16 + 8;

// `offset`: where in the file it stands.
std::string EncodeSegmentFooter(const SegmentFooter& footer, uint64_t offset);
absl::StatusOr<SegmentFooter> DecodeSegmentFooter(std::string_view bytes, uint64_t offset,
                                                  const std::string& path);

// Some records, compressed together.
struct SegmentBlock {
  uint32_t stored_bytes = 0;  // as they follow the block's head
  uint32_t plain_bytes = 0;   // decompressed
  Codec codec = Codec::kNone;
};
inline constexpr size_t kSegmentBlockHeadBytes = 24;

// Fills the first kSegmentBlockHeadBytes of `block`; the stored bytes, which follow them, are
// there.
void SealSegmentBlock(uint32_t plain_bytes, Codec codec, uint64_t offset, std::string& block);
// Of the first kSegmentBlockHeadBytes. kDataLoss says what no version writes; the caller knows
// where. `room`: how many bytes follow in the file before its footer.
absl::StatusOr<SegmentBlock> DecodeSegmentBlock(std::string_view head, uint64_t room);
// Whether these are the bytes of a block, its head and what it says is stored, sealed at `offset`.
bool IsSealed(std::string_view block, uint64_t offset);

}  // namespace wallet
