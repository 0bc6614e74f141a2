// Random histories with a snapshot in the middle of them, loaded again and compared with a replay
// of the events up to the cut.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/engine/ledger/random_ledgers.h"

namespace wallet {
namespace {

using testing::ExpectSame;
using testing::Ledgers;
using testing::Load;
using testing::MakeLedgers;
using testing::RandomLedgers;
using testing::Replay;

struct Cut {
  std::vector<std::unique_ptr<LedgerSnapshot>> snapshots;
  std::vector<std::string> sections;
  size_t log_size = 0;
  Instant at;
};

Cut CutAll(const RandomLedgers& live) {
  Cut cut{.sections = std::vector<std::string>(live.ledgers.size()),
          .log_size = live.log.size(),
          .at = live.now};
  for (const auto& ledger : live.ledgers) cut.snapshots.push_back(ledger->BeginSnapshot());
  return cut;
}

// A slice of one shard's; false when that one had none left.
bool WriteSlice(Cut& cut, size_t shard, size_t max_bytes) {
  return cut.snapshots[shard]->Next(max_bytes, cut.sections[shard]);
}

void WriteRest(Cut& cut, size_t max_bytes) {
  for (size_t shard = 0; shard < cut.sections.size(); ++shard) {
    while (WriteSlice(cut, shard, max_bytes)) {
    }
  }
}

// What was written is what was cut, and the events since lead from it to the live state.
void Check(const RandomLedgers& live, const Cut& cut, size_t loading_shards, size_t piece) {
  const Ledgers loaded = MakeLedgers(loading_shards);
  const absl::Status status = Load(loaded, cut.sections, piece);
  RC_ASSERT(status.message() == "");
  const Ledgers expected = MakeLedgers(1);
  Replay(std::string_view(live.log).substr(0, cut.log_size), expected);
  ExpectSame(loaded, expected, cut.at);
  Digest written;
  for (const auto& snapshot : cut.snapshots) {
    Digest own = snapshot->digest();
    written += own;
  }
  RC_ASSERT(written == testing::SumOf(expected, kMinInstant));
  Replay(std::string_view(live.log).substr(cut.log_size), loaded);
  ExpectSame(loaded, live.ledgers, live.now);
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(SnapshotProperty, ALoadedSnapshotIsTheLedgerAtTheCut, ()) {
  const auto writing_shards = *rc::gen::inRange<size_t>(1, 5);
  RandomLedgers live(writing_shards, *rc::gen::arbitrary<uint64_t>());
  const auto before = *rc::gen::inRange(0, 600);
  for (int i = 0; i < before; ++i) live.Step();
  if (*rc::gen::arbitrary<bool>()) live.Heat(UserId(1), *rc::gen::inRange(50, 400));
  Cut cut = CutAll(live);
  const auto during = *rc::gen::inRange(0, 400);
  const auto max_bytes = *rc::gen::inRange<size_t>(1, 400);
  const auto slices_in_ten = *rc::gen::inRange(0, 10);
  for (int i = 0; i < during; ++i) {
    live.Step();
    const auto shard = static_cast<size_t>(live.Below(static_cast<int64_t>(writing_shards)));
    if (live.Below(10) < slices_in_ten) WriteSlice(cut, shard, max_bytes);
  }
  WriteRest(cut, max_bytes);
  Check(live, cut, *rc::gen::inRange<size_t>(1, 6), *rc::gen::inRange<size_t>(1, 3'000));
}

// A second cut, after one that was given up or finished, knows nothing of the first.
RC_GTEST_PROP(SnapshotProperty, SnapshotsLeaveNoTrace, ()) {
  RandomLedgers live(2, *rc::gen::arbitrary<uint64_t>());
  for (int i = 0; i < 300; ++i) live.Step();
  const auto rounds = *rc::gen::inRange(1, 4);
  for (int round = 0; round < rounds; ++round) {
    Cut given_up = CutAll(live);
    const auto steps = *rc::gen::inRange(0, 200);
    for (int i = 0; i < steps; ++i) {
      live.Step();
      WriteSlice(given_up, static_cast<size_t>(live.Below(2)), 40);
    }
    if (round % 2) WriteRest(given_up, 40);
  }
  Cut cut = CutAll(live);
  for (int i = 0; i < 100; ++i) live.Step();
  WriteRest(cut, 1'000);
  Check(live, cut, 3, 100);
}

// Of a user in pieces every lot may change between two of them.
RC_GTEST_PROP(SnapshotProperty, AHotUserChangesWhileHeIsWritten, ()) {
  RandomLedgers live(1, *rc::gen::arbitrary<uint64_t>());
  live.Heat(UserId(1), *rc::gen::inRange(60, 600));
  live.Heat(UserId(2), *rc::gen::inRange(0, 200));
  Cut cut = CutAll(live);
  const auto max_bytes = *rc::gen::inRange<size_t>(1, 200);
  while (WriteSlice(cut, 0, max_bytes)) {
    if (live.Below(4) == 0) live.now = Instant(live.now.value() + live.Below(200));
    if (live.log.size() < cut.log_size + 20'000)
      live.Heat(UserId(1 + live.Below(2)), live.Below(9));
    live.Step();
  }
  Check(live, cut, 1, 1'000);
}

}  // namespace
}  // namespace wallet
