// The bounds of what a peer can make the server do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wallet {

// Binary protocol: a whole frame, header included.
inline constexpr size_t kMaxFrameBytes = 1 << 20;
inline constexpr size_t kMaxHelloFrameBytes = 4 << 10;
inline constexpr size_t kMaxOperationsPerFrame = 8'192;
// What a connection has the server take in one turn, and one frame beyond it, before the others of
// its thread have theirs.
inline constexpr size_t kOperationsPerTurn = 256;
// And for each operation that the limit for its user has refused it rests so long: it should have
// waited, and who floods the server with such takes no other's time.
inline constexpr int64_t kRestUsPerLimited = 5;
// What it is sent in one turn.
inline constexpr size_t kBytesPerTurn = 64 << 10;
// Per connection; when reached, the socket is not read until answers have left.
inline constexpr size_t kMaxFramesInFlight = 1'024;
// The latter counts what is under way by estimate, and is exceeded by one frame's answer at most.
inline constexpr size_t kMaxAnswerBytesQueued = 8 << 20;
// What an answer is taken for until it is there: a result, and each transaction of a list.
inline constexpr size_t kResultBytesEstimate = 256;
// Transactions that all lists of a frame may ask for together.
inline constexpr int64_t kMaxListedPerFrame = 10'000;

// HTTP.
inline constexpr size_t kMaxHttpBodyBytes = 64 << 10;
inline constexpr size_t kMaxHttpHeaderBytes = 16 << 10;
// Members of a JSON object, or parameters of a query string; and how deep JSON may nest.
inline constexpr size_t kMaxHttpFields = 64;
inline constexpr size_t kMaxJsonDepth = 16;

// A connection that sends nothing complete for this long, with nothing under way, is closed.
inline constexpr int64_t kIdleTimeoutUs = 300'000'000;
// From the first byte of a request or frame to its last; from the accept to the hello.
inline constexpr int64_t kReadTimeoutUs = 30'000'000;
// A connection that takes nothing of its answers for this long is dropped.
inline constexpr int64_t kWriteTimeoutUs = 30'000'000;
// After a goodbye: how long the peer may take to read it and close.
inline constexpr int64_t kLingerUs = 2'000'000;
// How exactly these times are kept by a thread that has so few connections; of more, each tick
// looks at so large a part.
inline constexpr int64_t kSessionTickUs = 100'000;
inline constexpr size_t kLeastLooks = 100;
inline constexpr size_t kLookTurns = 10;

inline constexpr size_t kMaxConnections = 16'384;

// What a user's rate and burst may be at most, if they are limited, and how many buckets that are
// not full are remembered: 4 MiB.
inline constexpr int64_t kMaxUserRate = 1'000'000;
inline constexpr int64_t kMaxUserBurst = 1'000'000;
inline constexpr size_t kUserBuckets = 1 << 18;

static_assert(kMaxHelloFrameBytes <= kMaxFrameBytes);
static_assert(kMaxHttpBodyBytes < kMaxFrameBytes);

}  // namespace wallet
