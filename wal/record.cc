#include "wal/record.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr size_t kChecksumOffset = 56;
static_assert(kChecksumOffset + sizeof(uint64_t) == kRecordHeaderBytes);

// Of the header before the checksum, and the payload.
uint64_t Checksum(std::string_view record) {
  return Xxh3(record.substr(kRecordHeaderBytes), Xxh3(record.substr(0, kChecksumOffset)));
}

absl::Status Damaged(Position first, std::string_view what) {
  return absl::DataLossError(absl::StrCat("the log record at position ", first.value(), " ",
                                          absl::string_view(what.data(), what.size())));
}

}  // namespace

Sha256 GenesisHash(std::string_view chain_seed) {
  return Sha256Of({"wallet log genesis\n", chain_seed});
}

std::string EncodeRecord(Position first, uint32_t count, const Sha256& previous,
                         std::span<const std::string_view> parts, Sha256* hash) {
  size_t size = kRecordHeaderBytes;
  for (const std::string_view part : parts) size += part.size();
  WALLET_CHECK(count > 0 && count <= kMaxEventsPerRecord);
  WALLET_CHECK(size > kRecordHeaderBytes && size <= kMaxRecordBytes);

  std::string record;
  record.reserve(size);
  PutFixed<uint8_t>(record, kRecordVersion);
  record.append(3, '\0');
  PutFixed<uint32_t>(record, count);
  PutFixed<uint64_t>(record, first.value());
  PutFixed<uint64_t>(record, size - kRecordHeaderBytes);
  record.append(AsBytes(previous));
  PutFixed<uint64_t>(record, 0);
  for (const std::string_view part : parts) record.append(part);
  const uint64_t checksum = Checksum(record);
  std::memcpy(record.data() + kChecksumOffset, &checksum, sizeof(checksum));
  *hash = Sha256Of({record});
  return record;
}

absl::StatusOr<RecordView> DecodeRecord(std::string_view bytes, Position first,
                                        const Sha256& previous) {
  if (bytes.size() <= kRecordHeaderBytes) return Damaged(first, "is cut short");
  Reader reader(bytes);
  const uint8_t version = reader.Fixed<uint8_t>();
  if (version > kRecordVersion) {
    return absl::UnimplementedError(
        absl::StrCat("the log record at position ", first.value(), " has format version ", version,
                     "; this program reads versions up to ", kRecordVersion, ". Use a newer one."));
  }
  if (version != kRecordVersion) return Damaged(first, "has the number of no version");
  const std::string_view reserved = reader.Raw(3);
  RecordView view;
  view.count = reader.Fixed<uint32_t>();
  view.first = Position(reader.Fixed<uint64_t>());
  const uint64_t payload_size = reader.Fixed<uint64_t>();
  const std::string_view carried = reader.Raw(previous.size());
  const uint64_t checksum = reader.Fixed<uint64_t>();
  view.payload = reader.Raw(reader.remaining());

  if (checksum != Checksum(bytes) && !WALLET_MUTANT("record_checksum_ignored"))
    return Damaged(first, "does not match its checksum");
  if (payload_size != view.payload.size()) return Damaged(first, "is not of the size it says");
  if (reserved != std::string_view("\0\0\0", 3) || view.count == 0 ||
      view.count > kMaxEventsPerRecord) {
    return Damaged(first, "has a header that no version writes");
  }
  if (view.first != first && !WALLET_MUTANT("record_gap_ignored")) {
    return Damaged(first, absl::StrCat("is missing: the next one starts at ", view.first.value()));
  }
  if (carried != AsBytes(previous) && !WALLET_MUTANT("chain_ignored")) {
    return Damaged(first, "does not follow the record before it (its chain hash differs)");
  }
  view.bytes = bytes;
  view.hash = Sha256Of({bytes});
  view.previous = previous;
  return view;
}

absl::StatusOr<RecordLink> LinkOf(std::string_view bytes) {
  if (bytes.size() <= kRecordHeaderBytes) return Damaged(Position(0), "is cut short");
  RecordLink link;
  std::memcpy(&link.first, bytes.data() + 8, sizeof(uint64_t));
  std::memcpy(link.previous.data(), bytes.data() + 24, link.previous.size());
  return link;
}

}  // namespace wallet
