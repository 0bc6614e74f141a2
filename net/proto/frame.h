// Frames: how the binary protocol cuts a byte stream. Pure functions of bytes, no sockets.
//
// A connection starts with the 8 bytes of kMagic, client to server only; after them both sides send
// frames. A frame is a header of 16 bytes, little-endian, and a body:
//
//   0  u32  size of the body in bytes
//   4  u8   kind
//   5  u8×3 zero
//   8  u64  request id: chosen by the client, repeated in the answer; 0 for kHello … kGoodbye
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wallet {

inline constexpr std::string_view kMagic = "WALLET\r\n";
inline constexpr uint32_t kProtocolVersion = 1;
inline constexpr size_t kFrameHeaderBytes = 16;

// Sent: numbers are pinned.
enum class FrameKind : uint8_t {
  kHello = 1,     // client → server, body Hello
  kWelcome = 2,   // server → client, body Welcome
  kRequest = 3,   // client → server, body Request
  kResponse = 4,  // server → client, body Response
  kGoodbye = 5,   // server → client, body Error; the connection closes after it
};

struct FrameHeader {
  uint32_t body_size = 0;
  FrameKind kind = FrameKind::kRequest;
  uint64_t request_id = 0;
};

enum class FrameError : uint8_t {
  kNone,
  kTooLarge,  // header + body exceed the limit given
  kUnknownKind,
  kReservedBits,  // bytes 5 … 7 are not zero
};
std::string_view ToString(FrameError error);

struct ParsedFrame {
  enum class State : uint8_t { kNeedMore, kFrame, kError };
  State state = State::kNeedMore;
  FrameError error = FrameError::kNone;
  FrameHeader header;
  std::string_view body;  // into the bytes given
  size_t consumed = 0;    // header + body, with kFrame
  size_t needed = 0;      // with kNeedMore: how many bytes the frame has in all, as far as known
};

// Reads the frame at the start of `bytes`. The header is judged as soon as its 16 bytes are there,
// before anything is allocated for the body.
ParsedFrame ParseFrame(std::string_view bytes, size_t max_frame_bytes);

// Appends a header for a body of `body_size` bytes.
void AppendFrameHeader(const FrameHeader& header, std::string& out);

// Completes the header at `header_at`, whose body is everything behind it in `out`.
void SetBodySize(std::string& out, size_t header_at);

}  // namespace wallet
