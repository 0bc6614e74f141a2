#include "wal/archive/segment_format.h"

#include <cstring>

#include "wal/archive/limits.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr std::string_view kFooterMagic = "WALARCND";
constexpr size_t kChecksumBytes = sizeof(uint64_t);
constexpr size_t kBlockChecksumOffset = kSegmentBlockHeadBytes - kChecksumBytes;

template <size_t size>
std::string_view View(const std::array<uint8_t, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

uint64_t EndChecksum(std::string_view bytes, uint64_t offset) {
  return Xxh3(bytes.substr(0, bytes.size() - kChecksumBytes), offset);
}

uint64_t LastNumber(std::string_view bytes) {
  return Reader(bytes.substr(bytes.size() - kChecksumBytes)).Fixed<uint64_t>();
}

uint64_t BlockChecksum(std::string_view block, uint64_t offset) {
  return Xxh3(block.substr(kSegmentBlockHeadBytes),
              Xxh3(block.substr(0, kBlockChecksumOffset), offset));
}

}  // namespace

std::string EncodeSegmentHeader(const SegmentHeader& header) {
  std::string bytes = EncodePreamble(kSegmentFormat);
  bytes.append(View(header.genesis));
  PutFixed<uint64_t>(bytes, header.first.value());
  bytes.append(View(header.previous));
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  WALLET_CHECK(bytes.size() == kSegmentHeaderBytes);
  return bytes;
}

absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes, const std::string& path) {
  absl::Status status = CheckPreamble(kSegmentFormat, bytes, path);
  if (!status.ok()) return status;
  if (bytes.size() < kSegmentHeaderBytes) {
    return Damaged(kSegmentFormat, path, bytes.size(), "it is cut short");
  }
  bytes = bytes.substr(0, kSegmentHeaderBytes);
  Reader reader(bytes.substr(kPreambleBytes));
  SegmentHeader header;
  header.genesis = reader.Array<Sha256>();
  header.first = Position(reader.Fixed<uint64_t>());
  header.previous = reader.Array<Sha256>();
  if (LastNumber(bytes) != EndChecksum(bytes, 0)) {
    return Damaged(kSegmentFormat, path, kPreambleBytes, "the header does not match its checksum");
  }
  return header;
}

std::string EncodeSegmentFooter(const SegmentFooter& footer, uint64_t offset) {
  std::string bytes(kFooterMagic);
  PutFixed<uint64_t>(bytes, footer.records);
  PutFixed<uint64_t>(bytes, footer.record_bytes);
  PutFixed<uint64_t>(bytes, footer.last.value());
  bytes.append(View(footer.hash));
  bytes.append(View(footer.digest));
  PutFixed<uint64_t>(bytes, Xxh3(bytes, offset));
  WALLET_CHECK(bytes.size() == kSegmentFooterBytes);
  return bytes;
}

absl::StatusOr<SegmentFooter> DecodeSegmentFooter(std::string_view bytes, uint64_t offset,
                                                  const std::string& path) {
  WALLET_CHECK(bytes.size() == kSegmentFooterBytes);
  Reader reader(bytes);
  if (reader.Raw(kFooterMagic.size()) != kFooterMagic) {
    return Damaged(kSegmentFormat, path, offset, "it does not end with a footer");
  }
  SegmentFooter footer;
  footer.records = reader.Fixed<uint64_t>();
  footer.record_bytes = reader.Fixed<uint64_t>();
  footer.last = Position(reader.Fixed<uint64_t>());
  footer.hash = reader.Array<Sha256>();
  footer.digest = reader.Array<decltype(footer.digest)>();
  if (LastNumber(bytes) != EndChecksum(bytes, offset)) {
    return Damaged(kSegmentFormat, path, offset, "the footer does not match its checksum");
  }
  return footer;
}

void SealSegmentBlock(uint32_t plain_bytes, Codec codec, uint64_t offset, std::string& block) {
  WALLET_CHECK(block.size() > kSegmentBlockHeadBytes && plain_bytes <= kMaxArchiveBlockBytes);
  std::string head;
  PutFixed<uint32_t>(head, static_cast<uint32_t>(block.size() - kSegmentBlockHeadBytes));
  PutFixed<uint32_t>(head, plain_bytes);
  PutFixed<uint8_t>(head, static_cast<uint8_t>(codec));
  head.append(7, '\0');
  std::memcpy(block.data(), head.data(), head.size());
  const uint64_t checksum = BlockChecksum(block, offset);
  std::memcpy(block.data() + kBlockChecksumOffset, &checksum, sizeof(checksum));
}

absl::StatusOr<SegmentBlock> DecodeSegmentBlock(std::string_view head, uint64_t room) {
  WALLET_CHECK(head.size() == kSegmentBlockHeadBytes);
  Reader reader(head);
  SegmentBlock block;
  block.stored_bytes = reader.Fixed<uint32_t>();
  block.plain_bytes = reader.Fixed<uint32_t>();
  block.codec = static_cast<Codec>(reader.Fixed<uint8_t>());
  if (block.stored_bytes == 0 || block.stored_bytes > block.plain_bytes ||
      block.plain_bytes > kMaxArchiveBlockBytes || block.stored_bytes > room) {
    return absl::DataLossError("a block begins as no version writes it");
  }
  return block;
}

bool IsSealed(std::string_view block, uint64_t offset) {
  WALLET_CHECK(block.size() > kSegmentBlockHeadBytes);
  return LastNumber(block.substr(0, kSegmentBlockHeadBytes)) == BlockChecksum(block, offset);
}

}  // namespace wallet
