#include "engine/payload.h"

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

absl::Status Unreadable(uint64_t position) {
  return absl::DataLossError(absl::StrCat(
      "the log's event at position ", position,
      " can't be read although its record is intact: it was written by another program "
      "or version. Start with the version that wrote it, or restore a backup."));
}

}  // namespace

std::string SegmentHead(size_t event_bytes, uint32_t count, Instant base) {
  std::string head;
  PutVarint(head, event_bytes);
  PutVarint(head, count);
  PutFixed<int64_t>(head, base.value());
  return head;
}

absl::Status ReadPayload(const RecordView& record,
                         absl::FunctionRef<void(const Event&, const EncodedEvent&)> visit) {
  uint64_t position = record.first.value();
  Reader reader(record.payload);
  const uint8_t version = reader.Fixed<uint8_t>();
  if (version > kPayloadVersion) {
    return absl::UnimplementedError(absl::StrCat(
        "the log's record at position ", position, " has payload version ", version,
        "; this program reads versions up to ", kPayloadVersion, ". Use a newer one."));
  }
  if (version != kPayloadVersion) return Unreadable(position);
  while (!reader.AtEnd()) {
    const uint64_t size = reader.Varint();
    const uint64_t count = reader.Varint();
    const Instant base(reader.Fixed<int64_t>());
    const std::string_view bytes = reader.Raw(size);
    Reader events(bytes);
    if (!reader.ok() || base < kMinInstant || base > kMaxInstant) return Unreadable(position);
    for (uint64_t i = 0; i < count; ++i, ++position) {
      const size_t begin = bytes.size() - events.remaining();
      const Event event = DecodeEvent(events, base);
      if (!events.ok()) return Unreadable(position);
      const size_t end = bytes.size() - events.remaining();
      visit(event, {bytes.substr(begin, end - begin), base});
    }
    if (!events.AtEnd()) return Unreadable(position);
  }
  if (position != record.last().value() + 1) return Unreadable(position);
  return absl::OkStatus();
}

}  // namespace wallet
