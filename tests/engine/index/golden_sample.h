// The index whose files are kept in golden/.
#pragma once

#include <string>

#include "tests/engine/index/index_fixture.h"

namespace wallet::testing {

inline constexpr const char* kGoldenFiles[] = {"MANIFEST",
                                               "currencies-0000000003.run",
                                               "currencies-0000000006.run",
                                               "keys-0000000002.run",
                                               "keys-0000000005.run",
                                               "transactions-0000000001.run",
                                               "transactions-0000000004.run"};

inline constexpr size_t kGoldenCut = 12;

// One of each shape, of which the events from kGoldenCut on were written as a second batch.
inline void TellGoldenStory(Story& story) {
  const Instant second(1'705'320'000 * kMicrosPerSecond);
  story.Charge(1);
  story.Charge(1, {.amount = INT64_MAX, .release_at = second, .description = "wörds"});
  story.Charge(1, {.release_at = Instant(second.value() + 1), .description = ""});
  story.Charge(INT64_MAX, {.release_at = kMaxInstant});
  story.Withdraw(2, {.destination = "IBAN"});
  story.Withdraw(2);
  story.Withdraw(2, {.destination = "", .description = "rent"});
  story.Move(2, TransactionId(1), Substatus::kDispatching);
  story.Move(2, TransactionId(2), Substatus::kDispatching);
  story.Move(2, TransactionId(2), Substatus::kFailed);
  story.Charge(3, {.currency = "EUR"});
  story.Charge(3, {.currency = "JPY"});
  // The second batch.
  story.Move(2, TransactionId(1), Substatus::kCompleted);
  story.Move(2, TransactionId(3), Substatus::kReview);
  story.Charge(3, {.currency = "EUR"});
  story.Charge(1, {.currency = "EUR"});
}

inline absl::Status WriteGoldenIndex(IndexDisk& disk, const Story& story) {
  absl::Status status = disk.Write(story.Batch(0, kGoldenCut));
  if (status.ok()) status = disk.Write(story.Batch(kGoldenCut));
  return status;
}

}  // namespace wallet::testing
