#include "net/proto/frame.h"

#include "wal/base/coding.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr size_t kBodySizeBytes = sizeof(uint32_t);
constexpr size_t kReservedBytes = 3;

bool IsKnown(uint8_t kind) {
  return kind >= static_cast<uint8_t>(FrameKind::kHello) &&
         kind <= static_cast<uint8_t>(FrameKind::kGoodbye);
}

// Of 16 bytes.
FrameError ParseHeader(std::string_view bytes, FrameHeader& header) {
  Reader reader(bytes);
  header.body_size = reader.Fixed<uint32_t>();
  const auto kind = reader.Fixed<uint8_t>();
  const std::string_view reserved = reader.Raw(kReservedBytes);
  header.request_id = reader.Fixed<uint64_t>();
  if (!IsKnown(kind)) return FrameError::kUnknownKind;
  header.kind = static_cast<FrameKind>(kind);
  if (reserved != std::string_view("\0\0\0", kReservedBytes)) return FrameError::kReservedBits;
  return FrameError::kNone;
}

}  // namespace

std::string_view ToString(FrameError error) {
  switch (error) {
    case FrameError::kNone:
      return "no error";
    case FrameError::kTooLarge:
      return "the frame is larger than the limit";
    case FrameError::kUnknownKind:
      return "the frame is of an unknown kind";
    case FrameError::kReservedBits:
      return "reserved bytes of the frame's header are not zero";
  }
  return "";
}

ParsedFrame ParseFrame(std::string_view bytes, size_t max_frame_bytes) {
  ParsedFrame frame;
  frame.needed = kFrameHeaderBytes;
  if (bytes.size() < kFrameHeaderBytes) return frame;
  frame.error = ParseHeader(bytes.substr(0, kFrameHeaderBytes), frame.header);
  const size_t size = kFrameHeaderBytes + frame.header.body_size;
  if (frame.error == FrameError::kNone &&
      size > max_frame_bytes + (WALLET_MUTANT("frame_bound_off") ? 1 : 0)) {
    frame.error = FrameError::kTooLarge;
  }
  if (frame.error != FrameError::kNone) {
    frame.state = ParsedFrame::State::kError;
    return frame;
  }
  frame.needed = size;
  if (bytes.size() < size) return frame;
  frame.state = ParsedFrame::State::kFrame;
  frame.body = bytes.substr(kFrameHeaderBytes, frame.header.body_size);
  frame.consumed = size;
  return frame;
}

void AppendFrameHeader(const FrameHeader& header, std::string& out) {
  PutFixed(out, header.body_size);
  PutFixed(out, static_cast<uint8_t>(header.kind));
  out.append(kReservedBytes, '\0');
  PutFixed(out, header.request_id);
}

void SetBodySize(std::string& out, size_t header_at) {
  const auto size = static_cast<uint32_t>(out.size() - header_at - kFrameHeaderBytes);
  std::memcpy(out.data() + header_at, &size, kBodySizeBytes);
}

}  // namespace wallet
