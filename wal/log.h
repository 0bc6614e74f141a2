// The write-ahead log: an ordered sequence of events, grouped in records, that survives a crash.
//
// The log knows bytes, not money. A record holds `count` events with consecutive positions; its
// payload is opaque here. Each record carries the hash of the one before it, so that no record can
// be lost, changed or swapped without Read noticing.
//
// Implementations: RocksLog (rocks_log.h), MemoryLog (memory_log.h, for tests). The interface is
// meant to fit a log kept by a replicated service too: an append is asynchronous, names the
// position it expects the log to end at, and may be refused because another writer has taken over.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/limits.h"

namespace wallet {

// One record as read back. The views are valid only during the visit.
struct RecordView {
  Position first;      // of its first event
  uint32_t count = 0;  // of events, ≥ 1
  std::string_view payload;
  std::string_view bytes;  // the whole record, as wal/record.h reads it
  Sha256 hash{};           // of this record; the next one carries it
  Sha256 previous{};       // of the record before, which this one carries

  Position last() const { return Position(first.value() + count - 1); }
};

class Log {
 public:
  // Called exactly once. OK: the record is durable. kAborted: fenced, another writer owns the log
  // and nothing was written. Anything else: the record may or may not be there after the next open.
  using AppendDone = absl::AnyInvocable<void(absl::Status)>;

  virtual ~Log() = default;

  // Appends one record of `count` events whose payload is the concatenation of `parts` (at most
  // kMaxPayloadBytes in all; neither empty) after position `expected_end`, durably. `parts` may be
  // freed once Append returns; `done` may run before that, on this or another thread.
  //
  // One thread at a time; several appends may be under way, each expecting the end of the one
  // before. An append whose `expected_end` is not where the log ends is fenced. After the first
  // failure every later append fails with kFailedPrecondition and writes nothing: the log must be
  // opened again to know what it holds.
  virtual void Append(Position expected_end, uint32_t count,
                      std::span<const std::string_view> parts, AppendDone done) = 0;

  // The position of the last durable event; 0 when empty. Any thread.
  virtual Position end() const = 0;

  // The position before the first event still kept: 0 until the first Trim. Any thread.
  virtual Position begin() const = 0;

  // Of the record that ends at end(); what the next record will carry. With RecordView::previous it
  // names the history up to a position. Not while an append is under way, but in its `done`.
  virtual Sha256 end_hash() const = 0;

  // Visits, in order, every record that holds an event behind `after` and was durable when the read
  // began, checking positions, checksums and the chain. A visit's error ends the read and is
  // returned. kDataLoss names what is damaged, where, and what to do; kUnimplemented: a newer
  // program wrote it, both versions are named; kOutOfRange if `after` < begin().
  //
  // Any thread, any number of reads, beside appends and trims; a visit may call the log. A read
  // that a trim overtakes goes on to its end or answers kOutOfRange: never kDataLoss, and what it
  // visited was right. What it still needs is not freed before it ends.
  virtual absl::Status Read(Position after,
                            absl::FunctionRef<absl::Status(const RecordView&)> visit) = 0;

  // Lets go of records that lie wholly at or before `up_to`; keeping some of them is allowed.
  // The chain stays verifiable from what is kept. One thread at a time; beside appends and reads.
  virtual absl::Status Trim(Position up_to) = 0;
};

}  // namespace wallet
