// The bounds of requests and of the ledger's state.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wallet {

inline constexpr size_t kMaxKeyBytes = 255;
inline constexpr size_t kMaxDestinationBytes = 255;
inline constexpr size_t kMaxDescriptionBytes = 255;
inline constexpr size_t kMaxBankNameBytes = 64;
inline constexpr size_t kMaxFailureCodeBytes = 64;
inline constexpr size_t kMaxFailureMessageBytes = 255;

inline constexpr int64_t kDefaultListLimit = 10;
inline constexpr int64_t kMaxListLimit = 1000;

// No event is larger once encoded: three texts, a bank's words, and some 100 bytes of numbers.
inline constexpr size_t kMaxEventBytes = 2048;

static_assert(kMaxKeyBytes + kMaxDestinationBytes + kMaxDescriptionBytes + 128 <= kMaxEventBytes);
static_assert(kMaxBankNameBytes + kMaxFailureCodeBytes + kMaxFailureMessageBytes + 128 <=
              kMaxEventBytes);

}  // namespace wallet
