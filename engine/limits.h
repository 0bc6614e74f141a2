// The bounds of the engine's own work.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/ledger/limits.h"
#include "engine/payload.h"
#include "wal/limits.h"

namespace wallet {

// A segment is closed when it is this full; several of them make a record.
inline constexpr size_t kSegmentBytes = 256 << 10;
// Or, if it has an event, between two batches when so many results wait for it: the disk begins
// with what is done, and what goes together is decided by the committer, not by how much a shard
// finds to do.
inline constexpr size_t kSegmentResults = 64;

inline constexpr int kMaxShards = 256;

// How many transactions, with their keys, the memory may hold before they go to the index: fewer
// than so few make runs that are all overhead, more than so many outgrow what a generation can
// name.
inline constexpr int64_t kMinHotKeys = 1;
inline constexpr int64_t kMaxHotKeys = 100'000'000;

// A row and its key take no more of the disk, but for long texts: what must be free before a
// generation is written.
inline constexpr uint64_t kIndexBytesARow = 100;

// What a row takes of the memory, about, with its places in two tables.
inline constexpr size_t kMemoryBytesARow = 110;
// Huge pages that are ready for the shards: at a million writes a second of new users they take
// some 100 of them a second.
inline constexpr size_t kReadyPages = 16;
// What a shard takes with its first writes: for rows, for later moves, for users and for lots.
inline constexpr size_t kFirstPagesAShard = 4;

// Threads that look into the index: what waits for the disk waits side by side.
inline constexpr int kIndexReaders = 4;

// Withdrawals under way beyond the bank's workers.
inline constexpr int64_t kMaxBankQueue = 10'000'000;

// Changes that clients' reads of the log may ask for at the same time, some 1.5 KB each at most.
inline constexpr int64_t kMaxChangesPending = 100'000;

// Balances of past instants that are made at the same time, and that wait to be.
inline constexpr size_t kPastReadsAtOnce = 16;
inline constexpr size_t kMaxPastReads = 10'000;

// A record that holds nothing but one segment, closed at `segment_bytes`, takes no more.
constexpr size_t MaxSegmentPayloadBytes(size_t segment_bytes) {
  return kPayloadStart.size() + kMaxSegmentHeadBytes + segment_bytes + kMaxEventBytes;
}

static_assert(MaxSegmentPayloadBytes(kSegmentBytes) <= kMaxPayloadBytes,
              "every segment fits a record");

}  // namespace wallet
