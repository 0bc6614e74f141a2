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
// Of the changes of all users.
inline constexpr int64_t kDefaultChangesLimit = 100;
// Releases that a balance is asked for.
inline constexpr int64_t kMaxScheduleLimit = 1000;

// No event is larger once encoded: three texts, a bank's words, and some 100 bytes of numbers.
inline constexpr size_t kMaxEventBytes = 2048;

// Snapshots (SNAPSHOT.md). A block is closed when it is this full.
inline constexpr size_t kSnapshotBlockBytes = 64 << 10;
// A user of more lots than this, over all accounts, is written in pieces.
inline constexpr size_t kMaxInlineLots = 64;
// No record is larger: a user with an account in every currency there is, and kMaxInlineLots lots.
inline constexpr size_t kMaxSnapshotRecordBytes = 16 << 10;
inline constexpr size_t kMaxSnapshotBlockBytes = kSnapshotBlockBytes + kMaxSnapshotRecordBytes;

static_assert(kMaxKeyBytes + kMaxDestinationBytes + kMaxDescriptionBytes + 128 <= kMaxEventBytes);
static_assert(kMaxBankNameBytes + kMaxFailureCodeBytes + kMaxFailureMessageBytes + 128 <=
              kMaxEventBytes);

}  // namespace wallet
