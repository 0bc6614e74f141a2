// An engine whose memory holds one transaction at most, the rest being in the index.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/engine/harness.h"
#include "tests/engine/replayed.h"

namespace wallet {
namespace {

using testing::Answers;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EngineIndexTest : public ::testing::Test {
 protected:
  EngineIndexTest() {
    h.indexed = true;
    h.options.hot_keys = 1;
    h.files = &snapshot_files_;
    h.options.snapshots.directory = "/snapshots";
    h.Reopen(1);
  }

  // All that was made is in the index, and only there, when it returns.
  void Charge(int64_t user, std::string_view key, int64_t amount = 100) {
    EXPECT_EQ(h.Do(user, Harness::ChargeOf(user, amount, key)).outcome, Outcome::kOk);
    EXPECT_EQ(h.index->position(), h.log->end());
  }
  Outcome Repeat(int64_t user, std::string_view key, int64_t amount = 100) {
    return h.Do(user, Harness::ChargeOf(user, amount, key)).outcome;
  }
  void FailNextOfIndex() {
    h.index_files.FailAt(h.index_files.operations() + 1, absl::DataLossError("input/output error"));
  }
  void ExpectRefused(std::vector<std::string> words) {
    EXPECT_EQ(h.open_status.code(), absl::StatusCode::kDataLoss) << h.open_status;
    for (const std::string& word : words) {
      EXPECT_THAT(std::string(h.open_status.message()), HasSubstr(word));
    }
  }
  static Operation Read(int64_t user, int64_t id) {
    return ReadTransaction{.user = UserId(user), .id = TransactionId(id)};
  }

  MemoryFiles snapshot_files_;
  Harness h;
};

TEST_F(EngineIndexTest, ADuplicateIsFoundHoweverOldAndCarriesTheOriginal) {
  Charge(1, "a");
  for (int i = 0; i < 50; ++i) Charge(2, std::to_string(i));
  for (const int shards : {1, 3}) {
    h.Reopen(shards);
    const Result& result = h.Do(1, Harness::ChargeOf(1, 100, "a"));
    EXPECT_EQ(result.outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(result.transaction()->id, TransactionId(1));
    EXPECT_EQ(result.transaction()->key, "a");
    EXPECT_EQ(result.balance->total, Amount(100));
    EXPECT_EQ(Repeat(1, "a", 101), Outcome::kIdempotencyKeyReused);
  }
  EXPECT_THAT(h.alarms, IsEmpty());
}

TEST_F(EngineIndexTest, AnOutcomeIsSeenThoughItsRowIsOnDisk) {
  Charge(1, "a");
  h.Do(1, Harness::WithdrawOf(1, 40, "w"));
  EXPECT_GE(h.index->position(), Position(2));
  h.bank.Answer(PayVerdict::kPaid);
  h.log->Defer();  // the move is in memory, and not durable: it can't have left for the index
  h.scheduler.RunUntilIdle();
  const auto read = h.Submit({Read(1, 2)}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(read->complete);
  while (h.log->CompleteNext()) h.scheduler.RunUntilIdle();
  EXPECT_EQ(read->results.at(0).transaction()->substatus, Substatus::kCompleted);
}

TEST_F(EngineIndexTest, WhatWaitsForTheDiskKeepsItsUsersOrderWhileOthersGoOn) {
  Charge(1, "a");
  Charge(2, "b");
  h.readers.hold = true;
  const auto batch = h.Submit(
      {Harness::ChargeOf(1, 100, "a"), Harness::ChargeOf(1, 7, "c"), Harness::ChargeOf(3, 5, "d")},
      0);
  const auto later = h.Submit({Harness::WithdrawOf(1, 107, "w")}, 0);
  const auto other = h.Submit({Harness::ChargeOf(3, 6, "e"), Read(3, 1)}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(batch->complete);
  EXPECT_FALSE(later->complete);
  ASSERT_TRUE(other->complete);
  EXPECT_EQ(other->results[0].balance->total, Amount(11));

  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(batch->complete);
  EXPECT_EQ(batch->results[0].outcome, Outcome::kDuplicateRequest);
  EXPECT_EQ(batch->results[0].balance->total, Amount(100));  // before the one behind it
  EXPECT_EQ(batch->results[1].balance->total, Amount(107));
  EXPECT_EQ(batch->results[2].balance->total, Amount(5));
  ASSERT_TRUE(later->complete);
  EXPECT_EQ(later->results[0].outcome, Outcome::kOk);  // it saw the charge before it
}

TEST_F(EngineIndexTest, TwoUsersWaitForTheDiskIndependently) {
  Charge(1, "a");
  Charge(2, "b");
  h.readers.hold = true;
  const auto first = h.Submit({Harness::ChargeOf(1, 100, "a")}, 0);
  const auto second = h.Submit({Harness::ChargeOf(2, 100, "b")}, 0);
  h.scheduler.RunUntilIdle();
  ASSERT_THAT(h.readers.held, SizeIs(2));
  h.readers.held[1]();  // the later question is answered first
  h.readers.held.pop_back();
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(first->complete);
  EXPECT_TRUE(second->complete);
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(first->results.at(0).outcome, Outcome::kDuplicateRequest);
}

TEST_F(EngineIndexTest, AnAnswerThatWaitedForTheDiskLeavesOnlyWhenItIsDurable) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto batch = h.Submit({Read(1, 1), Harness::ChargeOf(1, 7, "c")}, 0);
  h.scheduler.RunUntilIdle();
  h.log->Defer();
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(batch->complete);
  while (h.log->CompleteNext()) h.scheduler.RunUntilIdle();
  ASSERT_TRUE(batch->complete);
  EXPECT_EQ(batch->results[1].position, h.log->end());
}

TEST_F(EngineIndexTest, AReadBesideOneThatWaitsForTheDiskNamesItsPosition) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto batch = h.Submit(
      {Read(1, 1), ReadBalance{.user = UserId(3), .currency = *Currency::Parse("USD")}}, 0);
  h.scheduler.RunUntilIdle();
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(batch->complete);
  EXPECT_EQ(batch->results[0].position, h.log->end());
  EXPECT_EQ(batch->results[1].position, h.log->end());
}

TEST_F(EngineIndexTest, WhatLeavesTheMemoryDuringALookUpIsFoundAllTheSame) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto read = h.Submit({ListTransactions{.user = UserId(1), .limit = 10}}, 0);
  h.scheduler.RunUntilIdle();
  // Of user 1 nothing can be written meanwhile, of others all goes to the index.
  const auto others = h.Submit({Harness::ChargeOf(2, 5, "b")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(others->complete);
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(read->complete);
  EXPECT_THAT(read->results[0].page->transactions, SizeIs(1));
}

TEST_F(EngineIndexTest, WhatWaitsCountsAgainstTheBound) {
  h.options.shard_queue_operations = 2;
  h.Reopen(1);
  Charge(1, "a");
  h.readers.hold = true;
  const auto waiting = h.Submit({Harness::ChargeOf(1, 100, "a"), Harness::ChargeOf(1, 1, "b")}, 0);
  h.scheduler.RunUntilIdle();
  const auto refused = h.Submit({Harness::ChargeOf(2, 1, "c")}, 0);
  EXPECT_TRUE(refused->complete);
  EXPECT_EQ(refused->results.at(0).outcome, Outcome::kOverloaded);
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(waiting->complete);
  Charge(2, "c");
}

TEST_F(EngineIndexTest, WhatPassedItsDeadlineWhileItWaitedIsDropped) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto batch = h.Submit({Harness::ChargeOf(1, 100, "a"), Harness::ChargeOf(1, 9, "b")}, 0,
                              h.clock.SteadyMicros() + 1'000);
  h.scheduler.RunUntilIdle();
  h.clock.Advance(2'000);
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(batch->complete);
  for (const Result& result : batch->results) EXPECT_EQ(result.outcome, Outcome::kOverloaded);
  EXPECT_EQ(h.BalanceOf(1).total, Amount(100));
}

TEST_F(EngineIndexTest, AReadThatFailsIsAnsweredInternalAndNeverNotFound) {
  Charge(1, "a");
  for (const Operation& operation : {Operation(Harness::ChargeOf(1, 100, "a")), Read(1, 1),
                                     Operation(ListTransactions{.user = UserId(1), .limit = 10}),
                                     Operation(ReadTransaction{.user = UserId(1), .key = "a"})}) {
    h.alarms.clear();
    FailNextOfIndex();
    const auto batch = h.Submit({operation, Harness::ChargeOf(1, 1, "fresh")}, 0);
    h.scheduler.RunUntilIdle();
    ASSERT_TRUE(batch->complete);
    EXPECT_EQ(batch->results[0].outcome, Outcome::kInternal);
    EXPECT_THAT(h.alarms, SizeIs(1));
    EXPECT_NE(batch->results[1].outcome, Outcome::kInternal);  // the later one goes on
  }
  EXPECT_EQ(Repeat(1, "a"), Outcome::kDuplicateRequest);
}

TEST_F(EngineIndexTest, AReadThatFailsDegradesTheHealthUntilTheNextStart) {
  Charge(1, "a");
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kOk);
  FailNextOfIndex();
  EXPECT_EQ(h.Do(1, Read(1, 1)).outcome, Outcome::kInternal);
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kDegraded);
  EXPECT_EQ(h.Do(1, Read(1, 1)).outcome, Outcome::kOk);
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kDegraded);
  h.Reopen(1);
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kOk);
}

TEST_F(EngineIndexTest, AWriteThatFailsIsToldAndTriedAgain) {
  FailNextOfIndex();
  const auto charge = h.Submit({Harness::ChargeOf(1, 100, "a")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(charge->complete);
  EXPECT_EQ(charge->results[0].outcome, Outcome::kOk);
  ASSERT_THAT(h.alarms, SizeIs(1));
  EXPECT_THAT(h.alarms[0], HasSubstr("history stays in memory"));
  EXPECT_EQ(h.index->position(), Position(0));
  // All is found where it still is.
  EXPECT_EQ(Repeat(1, "a"), Outcome::kDuplicateRequest);
  EXPECT_EQ(h.Do(2, Harness::ChargeOf(2, 5, "b")).outcome, Outcome::kOk);

  h.scheduler.Advance(1'000'000);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(h.index->position(), Position(1));
  EXPECT_EQ(Repeat(1, "a"), Outcome::kDuplicateRequest);
  EXPECT_EQ(h.index->position(), h.log->end());
  EXPECT_EQ(Repeat(2, "b", 5), Outcome::kDuplicateRequest);
  EXPECT_THAT(h.alarms, SizeIs(1));
}

TEST_F(EngineIndexTest, ADiskThatIsNearlyFullIsLeftToTheLog) {
  h.index_files.SetCapacity(1 << 20);
  h.Do(1, Harness::ChargeOf(1, 100, "a"));
  EXPECT_EQ(h.index->position(), Position(0));
  EXPECT_THAT(h.alarms.at(0), HasSubstr("MiB free"));
  h.index_files.SetCapacity(std::nullopt);
  h.scheduler.Advance(1'000'000);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(h.index->position(), h.log->end());
}

TEST_F(EngineIndexTest, CompactionsGoOnBesideAndLoseNothing) {
  std::vector<std::string> keys;
  for (int i = 0; i < 200; ++i) keys.push_back(std::to_string(i));
  for (const std::string& key : keys) Charge(1 + key.size(), key);
  EXPECT_LT(h.index->runs().view()->runs(kTransactionRuns).size(), 20u);
  for (const std::string& key : keys) {
    EXPECT_EQ(Repeat(1 + key.size(), key), Outcome::kDuplicateRequest);
  }
}

TEST_F(EngineIndexTest, AStopEndsWhatWaitsForTheDisk) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto batch = h.Submit({Harness::ChargeOf(1, 100, "a"), Harness::ChargeOf(1, 1, "b")}, 0);
  h.scheduler.RunUntilIdle();
  bool stopped = false;
  h.engine->BeginStop(0, [&] { stopped = true; });
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(stopped);
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(batch->complete);
  EXPECT_EQ(batch->results[1].outcome, Outcome::kOk);
}

TEST_F(EngineIndexTest, AStopMayComeAtAnyStepOfAWrite) {
  for (int steps = 0; steps < 40; ++steps) {
    Harness each;
    each.indexed = true;
    each.options.hot_keys = 1;
    each.Reopen(2);
    each.Do(1, Harness::ChargeOf(1, 100, "a"));
    each.Submit({Harness::ChargeOf(1, 5, "b")}, each.engine->ShardOf(UserId(1)));
    for (int i = 0; i < steps; ++i) each.scheduler.RunOne();
    bool stopped = false;
    each.engine->BeginStop(0, [&] { stopped = true; });
    each.scheduler.RunUntilIdle();
    EXPECT_TRUE(stopped) << steps;
    each.Reopen(1);
    ASSERT_TRUE(each.open_status.ok()) << each.open_status;
    EXPECT_EQ(each.Do(1, Harness::ChargeOf(1, 5, "b")).outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(each.BalanceOf(1).total, Amount(105));
    EXPECT_THAT(each.alarms, IsEmpty());
  }
}

TEST_F(EngineIndexTest, WhatWaitsWhenTheLogFailsIsUnknown) {
  Charge(1, "a");
  h.readers.hold = true;
  const auto batch = h.Submit({Harness::ChargeOf(1, 100, "a")}, 0);
  h.scheduler.RunUntilIdle();
  h.log->FailAfter(0, MemoryLog::Fault::kLost);
  h.Submit({Harness::ChargeOf(2, 1, "b")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(h.failure.ok());
  h.ReleaseReaders();
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(batch->complete);
  EXPECT_EQ(batch->results[0].outcome, Outcome::kOutcomeUnknown);
}

class EngineIndexStartTest : public EngineIndexTest {
 protected:
  EngineIndexStartTest() { h.disk->keeps_everything = true; }

  absl::StatusOr<SnapshotTaken> TakeSnapshot() {
    auto result =
        std::make_shared<absl::StatusOr<SnapshotTaken>>(absl::InternalError("no answer came"));
    h.engine->TakeSnapshot([result](absl::StatusOr<SnapshotTaken> taken) { *result = taken; });
    h.scheduler.RunUntilIdle();
    return *result;
  }
  void RemoveIndex() {
    h.Crash();
    ASSERT_TRUE(h.index_files.RemoveTree(Harness::kIndexDirectory).ok());
  }
  // Of users 1 and 2, by tiny charges that were not written into the index.
  void ExpectAll() {
    ASSERT_TRUE(h.open_status.ok()) << h.open_status;
    EXPECT_EQ(Repeat(1, "a"), Outcome::kDuplicateRequest);
    EXPECT_EQ(Repeat(2, "b"), Outcome::kDuplicateRequest);
    EXPECT_EQ(Repeat(1, "c"), Outcome::kDuplicateRequest);
    EXPECT_EQ(h.BalanceOf(1).total, Amount(200));
    EXPECT_EQ(h.engine->DigestAt(kMinInstant), testing::ReplayedDigest(*h.log, h.log->end()));
  }
};

TEST_F(EngineIndexStartTest, WithoutASnapshotTheLedgerIsReplayedAndTheHistoryOnlyFromTheIndex) {
  Charge(1, "a");
  Charge(2, "b");
  Charge(1, "c");
  h.Reopen(2);
  EXPECT_EQ(h.engine->recovery().replayed, 3);
  ExpectAll();
}

TEST_F(EngineIndexStartTest, ASnapshotBehindTheIndexIsUsed) {
  Charge(1, "a");
  ASSERT_TRUE(TakeSnapshot().ok());
  Charge(2, "b");
  h.options.hot_keys = 1'000;
  h.Reopen(2);
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 100, "c")).outcome, Outcome::kOk);  // in the log alone
  h.Reopen(3);
  EXPECT_EQ(h.engine->recovery().snapshot->position, Position(1));
  EXPECT_EQ(h.engine->recovery().replayed, 2);
  EXPECT_EQ(h.index->position(), Position(2));
  ExpectAll();
}

TEST_F(EngineIndexStartTest, AMissingIndexIsMadeFromALogThatHoldsEverything) {
  Charge(1, "a");
  ASSERT_TRUE(TakeSnapshot().ok());
  Charge(2, "b");
  Charge(1, "c");
  RemoveIndex();
  h.alarms.clear();
  h.Open(2);
  EXPECT_FALSE(h.engine->recovery().snapshot);  // its balances would be missing from the rows
  EXPECT_THAT(h.alarms, SizeIs(1));
  EXPECT_EQ(h.index->position(), Position(3));
  ExpectAll();
}

TEST_F(EngineIndexStartTest, AMissingIndexIsRefusedWhenTheLogNoLongerHoldsEverything) {
  Charge(1, "a");
  Charge(2, "b");
  ASSERT_TRUE(TakeSnapshot().ok());
  h.disk->keeps_everything = false;
  ASSERT_TRUE(h.log->Trim(Position(1)).ok());
  RemoveIndex();
  h.Open(1);
  ExpectRefused({"no index", "position 1"});
  EXPECT_FALSE(h.index_files.Has(Harness::kIndexDirectory));
}

TEST_F(EngineIndexStartTest, AnIndexThatEndsBeforeTheLogBeginsIsRefusedNamingBoth) {
  h.options.hot_keys = 1'000;
  h.Reopen(1);
  for (const char* key : {"a", "b", "c", "d"}) h.Do(1, Harness::ChargeOf(1, 1, key));
  h.disk->keeps_everything = false;
  ASSERT_TRUE(h.log->Trim(Position(3)).ok());
  h.Reopen(1);
  ExpectRefused({"up to position 0", "behind 3", "restore a backup"});
}

TEST_F(EngineIndexStartTest, AnIndexAheadOfTheLogIsRefused) {
  Charge(1, "a");
  Charge(2, "b");
  h.Crash();
  h.disk->records.pop_back();
  h.Open(1);
  ExpectRefused({"up to position 2", "ends at 1", "restore a backup"});
}

TEST_F(EngineIndexStartTest, ADamagedRunIsRefused) {
  Charge(1, "a");
  h.Crash();
  for (const std::string& path : h.index_files.Tree()) {
    if (path.ends_with(".run")) h.index_files.Put(path, "damage");
  }
  h.Open(1);
  ExpectRefused({});
}

TEST_F(EngineIndexStartTest, AReplayLargerThanTheMemoryGoesToTheIndexOnTheWay) {
  h.options.hot_keys = 1'000;
  h.Reopen(1);
  std::vector<std::string> keys;
  for (int i = 0; i < 20; ++i) keys.push_back(std::to_string(i));
  for (const std::string& key : keys) h.Do(1, Harness::ChargeOf(1, 1, key));
  EXPECT_EQ(h.index->position(), Position(0));
  h.options.hot_keys = 6;
  h.Reopen(2);
  EXPECT_EQ(h.index->position(), Position(18));
  for (const std::string& key : keys) EXPECT_EQ(Repeat(1, key, 1), Outcome::kDuplicateRequest);
}

TEST_F(EngineIndexStartTest, ASnapshotIsNamedOnlyWhenTheIndexHasItsPosition) {
  h.options.hot_keys = 1'000;
  h.Reopen(1);
  h.Do(1, Harness::ChargeOf(1, 100, "a"));
  FailNextOfIndex();
  EXPECT_FALSE(TakeSnapshot().ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(h.snapshots, IsEmpty());
    EXPECT_EQ(h.index->position(), Position(0));
    if (i < 2) FailNextOfIndex();
    h.scheduler.Advance(1'000'000);
    h.scheduler.RunUntilIdle();
  }
  ASSERT_THAT(h.snapshots, SizeIs(1));
  EXPECT_EQ(h.snapshots[0].position, Position(1));
  EXPECT_EQ(h.index->position(), Position(1));
}

TEST_F(EngineIndexStartTest, ACrashAtAnyOperationOfTheIndexLosesNothing) {
  for (uint64_t operation = 1;; ++operation) {
    Harness each;
    each.indexed = true;
    each.options.hot_keys = 2;
    each.Reopen(1);
    each.Do(1, Harness::ChargeOf(1, 100, "a"));
    each.index_files.CrashAt(each.index_files.operations() + operation);
    each.Do(1, Harness::WithdrawOf(1, 40, "w"));
    each.Do(2, Harness::ChargeOf(2, 5, "b"));
    each.Do(2, Harness::ChargeOf(2, 6, "c"));
    if (!each.index_files.crashed()) break;
    each.Crash();
    each.index_files.Restart(MemoryFiles::Survives::kSynced);
    each.Open(2);
    ASSERT_TRUE(each.open_status.ok()) << operation << ": " << each.open_status;
    EXPECT_EQ(each.Do(1, Harness::ChargeOf(1, 100, "a")).outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(each.Do(1, Harness::WithdrawOf(1, 40, "w")).outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(each.Do(2, Harness::ChargeOf(2, 5, "b")).outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(each.Do(2, Harness::ChargeOf(2, 6, "c")).outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(each.index->position(), each.log->end());
  }
}

}  // namespace
}  // namespace wallet
