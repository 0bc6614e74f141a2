// The bounds of what a peer can make the server do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wallet {

// Binary protocol: a whole frame, header included.
inline constexpr size_t kMaxFrameBytes = 1 << 20;
inline constexpr size_t kMaxOperationsPerFrame = 8'192;
// Per connection; when reached, the socket is not read until answers have left.
inline constexpr size_t kMaxFramesInFlight = 1'024;
inline constexpr size_t kMaxAnswerBytesQueued = 8 << 20;

// HTTP.
inline constexpr size_t kMaxHttpBodyBytes = 64 << 10;
inline constexpr size_t kMaxHttpHeaderBytes = 16 << 10;

// A connection that sends nothing complete for this long, with nothing under way, is closed.
inline constexpr int64_t kIdleTimeoutUs = 300'000'000;
// From the first byte of a request or frame to its last; from the accept to the hello.
inline constexpr int64_t kReadTimeoutUs = 30'000'000;

inline constexpr size_t kMaxConnections = 16'384;

static_assert(kMaxHttpBodyBytes < kMaxFrameBytes);

}  // namespace wallet
