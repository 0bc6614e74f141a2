// The client's bounds, and those of the protocol that it must keep by itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wallet::client {

// Transactions that the lists of one Request may ask for together, and one list (net/PROTOCOL.md).
inline constexpr int64_t kMaxListedPerRequest = 10'000;
inline constexpr int64_t kMaxListLimit = 1'000;
inline constexpr int64_t kDefaultListLimit = 10;
inline constexpr int64_t kDefaultChangesLimit = 100;

// The most that a Request's timeout_ms may say.
inline constexpr std::chrono::milliseconds kMaxServerTimeout{30'000};

// Frames from the server: before the Welcome has said how large they are, and whatever it says.
inline constexpr size_t kMaxWelcomeFrameBytes = 64 << 10;
inline constexpr size_t kMaxAnswerFrameBytes = 16 << 20;

inline constexpr size_t kReadBytes = 256 << 10;
// Frames are gathered for one write up to this size, and one frame beyond it.
inline constexpr size_t kWriteBytes = 256 << 10;
// A Request is answered when all of it is done: calls that are made apart share one only so far, or
// all would wait for the last.
inline constexpr size_t kGatheredOperations = 64;
inline constexpr size_t kMaxFramesInFlight = 1 << 16;

// From the start of a connection to the server's Welcome.
inline constexpr std::chrono::seconds kConnectTimeout{5};
// A server that has answered nothing for so long is given up when a call's time is over.
inline constexpr std::chrono::seconds kSilence{5};

// Waits between tries: the first is the shortest, each next one doubles, up to the longest.
inline constexpr std::chrono::milliseconds kShortestWait{10};
inline constexpr std::chrono::milliseconds kLongestReconnectWait{1'000};
inline constexpr std::chrono::milliseconds kLongestRefusedWait{250};
// Of what is rate_limited: by then there is another token.
inline constexpr std::chrono::milliseconds kLongestLimitedWait{1'000};

}  // namespace wallet::client
