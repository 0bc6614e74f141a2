// What a log says the state is at a position.
#pragma once

#include <gtest/gtest.h>

#include "engine/ledger/ledger.h"
#include "engine/payload.h"
#include "wal/log.h"

namespace wallet::testing {

// Of one ledger that applied the events up to `at`, all lots included; a record must end there.
inline Digest ReplayedDigest(Log& log, Position at) {
  Ledger ledger;
  Position last(0);
  const absl::Status status = log.Read(Position(0), [&](const RecordView& record) {
    if (record.first > at) return absl::OkStatus();
    last = record.last();
    return ReadPayload(record,
                       [&](const Event& event, const EncodedEvent&) { ledger.Apply(event); });
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(last, at) << "no record ends at the cut";
  return ledger.DigestAt(kMinInstant);
}

}  // namespace wallet::testing
