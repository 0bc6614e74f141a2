#include "engine/engine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/limits.h"
#include "engine/payload.h"
#include "tests/engine/harness.h"
#include "wal/base/coding.h"
#include "wal/record.h"

namespace wallet {
namespace {

using testing::Answers;
using testing::Harness;

class EngineTest : public ::testing::Test {
 protected:
  Harness h;
};

TEST_F(EngineTest, AChargeAnswersItsTransactionItsBalanceAndItsPosition) {
  const Result& result = h.Do(1, Harness::ChargeOf(1, 500, "a"));
  EXPECT_EQ(result.outcome, Outcome::kOk);
  EXPECT_EQ(result.transaction()->id, TransactionId(1));
  EXPECT_EQ(result.transaction()->amount, Amount(500));
  EXPECT_EQ(result.balance->total, Amount(500));
  EXPECT_EQ(result.balance->withdrawable, Amount(500));
  EXPECT_EQ(result.position, Position(1));
}

TEST_F(EngineTest, AnAcceptedWriteIsAnsweredAsItIsFoundLater) {
  Charge charge = Harness::ChargeOf(1, 500, "a", Instant(0));
  charge.description = "shoes";
  Withdraw withdraw = Harness::WithdrawOf(1, 200, "w");
  withdraw.destination = "account 5";
  withdraw.description = "payout";
  int64_t id = 0;
  for (const Operation& write : {Operation(charge), Operation(withdraw)}) {
    const auto written = h.Submit({write}, 0);
    h.scheduler.RunUntilIdle();
    const Transaction answered = *written->results.at(0).transaction();
    Transaction found =
        *h.Do(1, ReadTransaction{.user = UserId(1), .id = TransactionId(++id)}).transaction();
    if (found.substatus == Substatus::kDispatching) found.substatus = Substatus::kQueued;
    EXPECT_EQ(answered, found) << "transaction " << id;
  }
}

TEST_F(EngineTest, NoAnswerLeavesBeforeItIsDurable) {
  h.log->Defer();
  const auto charge = h.Submit({Harness::ChargeOf(1, 500, "a")}, 0);
  h.scheduler.RunUntilIdle();
  // The read and the refusal depend on the charge that is not durable yet.
  const auto read = h.Submit({ReadBalance{UserId(1), *Currency::Parse("USD")}}, 0);
  const auto refusal = h.Submit({Harness::WithdrawOf(1, 501, "w")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(charge->complete);
  EXPECT_FALSE(read->complete);
  EXPECT_FALSE(refusal->complete);

  ASSERT_TRUE(h.log->CompleteNext());
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(charge->complete);
  ASSERT_TRUE(read->complete);
  EXPECT_EQ(read->results[0].balance->total, Amount(500));
  EXPECT_EQ(read->results[0].position, Position(1));
  ASSERT_TRUE(refusal->complete);
  EXPECT_EQ(refusal->results[0].outcome, Outcome::kInsufficientBalance);
}

TEST_F(EngineTest, WhatWasNeverAcknowledgedIsGoneAfterACrash) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.log->Defer();
  const auto lost = h.Submit({Harness::ChargeOf(1, 700, "b")}, 0);
  h.scheduler.RunUntilIdle();
  h.Reopen(1);
  EXPECT_FALSE(lost->complete);
  EXPECT_EQ(h.BalanceOf(1).total, Amount(500));
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 700, "b")).outcome, Outcome::kOk);
}

TEST_F(EngineTest, WritesOfOneDrainShareARecord) {
  const auto first = h.Submit({Harness::ChargeOf(1, 1, "a")}, 0);
  const auto second = h.Submit({Harness::ChargeOf(2, 1, "a"), Harness::ChargeOf(2, 1, "b")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(first->results[0].position, Position(1));
  EXPECT_EQ(second->results[0].position, Position(2));
  EXPECT_EQ(second->results[1].position, Position(3));
  EXPECT_EQ(h.disk->records.size(), 1u);
}

TEST_F(EngineTest, AReadInABatchSpeaksOfThePositionBehindTheWritesBeforeIt) {
  const ReadBalance read{UserId(1), *Currency::Parse("USD")};
  const auto answers =
      h.Submit({read, Harness::ChargeOf(1, 1, "a"), read, Harness::ChargeOf(1, 1, "b")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(answers->results[0].position, Position(0));
  EXPECT_EQ(answers->results[0].balance->total, Amount(0));
  EXPECT_EQ(answers->results[2].position, Position(1));
  EXPECT_EQ(answers->results[2].balance->total, Amount(1));
}

TEST_F(EngineTest, ABatchLargerThanARecordIsAnsweredWhole) {
  const std::string description(255, 'd');
  std::vector<std::string> keys;
  for (size_t i = 0; i < 3 * kMaxPayloadBytes / 512; ++i) {
    keys.push_back(std::to_string(i) + std::string(200, 'k'));
  }
  std::vector<Operation> operations;
  for (const std::string& key : keys) {
    Charge charge = Harness::ChargeOf(1, 1, key);
    charge.description = description;
    operations.emplace_back(charge);
  }
  const auto answers = h.Submit(std::move(operations), 0);
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(answers->complete);
  EXPECT_GT(h.disk->records.size(), 2u);
  for (size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(answers->results[i].position, Position(i + 1));
  }
  h.Reopen(2);
  EXPECT_EQ(h.BalanceOf(1).total, Amount(static_cast<int64_t>(keys.size())));
}

TEST_F(EngineTest, ABatchAcrossManySmallSegmentsAndRecordsIsAnsweredWhole) {
  h.options.segment_bytes = 1;
  h.options.record_bytes = MaxSegmentPayloadBytes(1);
  h.Reopen(1);
  const std::string description(255, 'd');
  const ReadBalance read{UserId(1), *Currency::Parse("USD")};
  std::vector<std::string> keys;
  for (int i = 0; i < 40; ++i) keys.push_back(std::to_string(i));
  std::vector<Operation> operations;
  for (const std::string& key : keys) {
    Charge charge = Harness::ChargeOf(1, 1, key);
    charge.description = description;
    operations.emplace_back(charge);
    operations.emplace_back(read);
  }
  const auto answers = h.Submit(std::move(operations), 0);
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(answers->complete);
  EXPECT_GT(h.disk->records.size(), 5u);
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(answers->results[2 * i].position, Position(i + 1));
    EXPECT_EQ(answers->results[2 * i + 1].position, Position(i + 1));
    EXPECT_EQ(answers->results[2 * i + 1].balance->total, Amount(static_cast<int64_t>(i + 1)));
  }
  h.Reopen(2);
  EXPECT_EQ(h.BalanceOf(1).total, Amount(40));
}

// How many events each segment of the record has (engine/payload.h).
std::vector<uint64_t> EventsOfSegments(const MemoryLogDisk::Record& record) {
  const auto link = LinkOf(record.bytes);
  const auto decoded = DecodeRecord(record.bytes, record.first, link->previous);
  Reader payload(decoded->payload.substr(kPayloadStart.size()));
  std::vector<uint64_t> counts;
  while (!payload.AtEnd()) {
    const uint64_t size = payload.Varint();
    counts.push_back(payload.Varint());
    payload.Raw(sizeof(int64_t) + size);
  }
  return counts;
}

TEST_F(EngineTest, AShardHandsOverWhatIsDoneBeforeItHasDoneAllThatWaits) {
  h.options.segment_results = 2;
  h.Reopen(1);
  const ReadBalance read{UserId(1), *Currency::Parse("USD")};
  const auto charge = [](const char* key) { return Harness::ChargeOf(1, 1, key); };
  std::vector<std::shared_ptr<Answers>> answers;
  answers.push_back(h.Submit({read, read, read}, 0));  // nothing to sync: waits for an event
  answers.push_back(h.Submit({charge("a")}, 0));
  answers.push_back(h.Submit({charge("b"), charge("c"), charge("d")}, 0));
  answers.push_back(h.Submit({charge("e")}, 0));
  answers.push_back(h.Submit({charge("f")}, 0));
  answers.push_back(h.Submit({charge("g")}, 0));
  h.scheduler.RunUntilIdle();
  ASSERT_EQ(h.disk->records.size(), 1u);
  EXPECT_EQ(EventsOfSegments(h.disk->records.front()), (std::vector<uint64_t>{1, 3, 2, 1}));
  for (const auto& each : answers) EXPECT_TRUE(each->complete);
}

TEST_F(EngineTest, ARepeatedKeyAnswersTheOriginalAlsoAfterARestart) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  for (const int shards : {1, 3}) {
    const Result& again = h.Do(1, Harness::ChargeOf(1, 500, "a"));
    EXPECT_EQ(again.outcome, Outcome::kDuplicateRequest);
    EXPECT_EQ(again.transaction()->id, TransactionId(1));
    EXPECT_EQ(again.transaction()->key, "a");
    EXPECT_EQ(again.balance->total, Amount(500));
    const Result& reused = h.Do(1, Harness::ChargeOf(1, 501, "a"));
    EXPECT_EQ(reused.outcome, Outcome::kIdempotencyKeyReused);
    EXPECT_FALSE(reused.transaction());
    EXPECT_FALSE(reused.balance);
    h.Reopen(shards);
  }
}

TEST_F(EngineTest, AWithdrawalGoesToTheBankOnlyOnceItsAttemptIsDurable) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.log->Defer();
  const auto withdrawal = h.Submit({Harness::WithdrawOf(1, 200, "w")}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(h.bank.payments.empty());
  ASSERT_TRUE(h.log->CompleteNext());  // the hold
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(withdrawal->complete);
  EXPECT_TRUE(h.bank.payments.empty());
  ASSERT_TRUE(h.log->CompleteNext());  // the attempt
  h.scheduler.RunUntilIdle();
  ASSERT_EQ(h.bank.payments.size(), 1u);
  EXPECT_EQ(h.bank.payments[0].reference, Reference(Epoch(7), UserId(1), TransactionId(2)));
  EXPECT_EQ(h.bank.payments[0].amount, Amount(200));
}

TEST_F(EngineTest, AWithdrawalIsHeldThenCompleted) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  const Result& withdrawal = h.Do(1, Harness::WithdrawOf(1, 200, "w"));
  EXPECT_EQ(withdrawal.transaction()->status(), Status::kPending);
  EXPECT_EQ(*withdrawal.balance, (Balance{Amount(500), Amount(300), Amount(0), Amount(200)}));
  h.bank.Answer(PayVerdict::kPaid);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(h.BalanceOf(1), (Balance{Amount(300), Amount(300), Amount(0), Amount(0)}));
  const Result& read = h.Do(1, ReadTransaction{.user = UserId(1), .id = TransactionId(2)});
  EXPECT_EQ(read.transaction()->status(), Status::kCompleted);
  EXPECT_EQ(h.engine->GetHealth().by_substatus[static_cast<int>(Substatus::kDispatching)], 0);
}

TEST_F(EngineTest, NoPlaceLeftIsQueueFullAndWritesNothing) {
  h.options.dispatcher.workers = 1;
  h.options.bank_queue = 1;
  h.Reopen(1);
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(1, Harness::WithdrawOf(1, 10, "w1"));
  h.Do(1, Harness::WithdrawOf(1, 10, "w2"));
  const Position before = h.log->end();
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 10, "w3")).outcome, Outcome::kQueueFull);
  EXPECT_EQ(h.log->end(), before);
  EXPECT_EQ(h.BalanceOf(1).held, Amount(20));

  h.bank.Answer(PayVerdict::kPaid);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 10, "w3")).outcome, Outcome::kOk);
}

TEST_F(EngineTest, RecoveredWithdrawalsCountAgainstThePlaces) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  for (const char* key : {"w1", "w2", "w3"}) h.Do(1, Harness::WithdrawOf(1, 10, key));
  h.options.dispatcher.workers = 1;
  h.options.bank_queue = 1;
  h.Reopen(2);
  EXPECT_EQ(h.engine->recovery().open_withdrawals, 3);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 10, "w4")).outcome, Outcome::kQueueFull);
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kDegraded);
}

TEST_F(EngineTest, ARecoveredWithdrawalInReviewTakesNoPlace) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(1, Harness::WithdrawOf(1, 10, "w1"));
  const Advance give_up{.user = UserId(1), .id = TransactionId(2), .step = BankStep::kGiveUp};
  ASSERT_EQ(h.Do(1, give_up).outcome, Outcome::kOk);
  h.options.dispatcher.workers = 1;
  h.options.bank_queue = 0;
  h.Reopen(1);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 10, "w2")).outcome, Outcome::kOk);
}

TEST_F(EngineTest, OverloadRefusesClientsAtOnceAndNeverTheBank) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(1, Harness::WithdrawOf(1, 10, "w"));
  h.options.shard_queue_operations = 2;
  h.Reopen(1);
  h.scheduler.RunUntilIdle();
  h.log->Defer();
  const auto taken = h.Submit({Harness::ChargeOf(1, 1, "b"), Harness::ChargeOf(1, 1, "c")}, 0);
  const auto refused = h.Submit({Harness::ChargeOf(1, 1, "d")}, 0);
  ASSERT_TRUE(refused->complete);
  EXPECT_EQ(refused->results[0].outcome, Outcome::kOverloaded);
  EXPECT_FALSE(taken->complete);
  while (!taken->complete) {
    h.scheduler.RunUntilIdle();
    ASSERT_TRUE(h.log->CompleteNext());
    h.scheduler.RunUntilIdle();
  }
  EXPECT_EQ(h.Submit({Harness::ChargeOf(1, 1, "d")}, 0)->complete, false);
}

TEST_F(EngineTest, WhatIsPastItsDeadlineIsNotExecuted) {
  const auto late = h.Submit({Harness::ChargeOf(1, 500, "a")}, 0, h.clock.SteadyMicros() - 1);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(late->results[0].outcome, Outcome::kOverloaded);
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 500, "a")).outcome, Outcome::kOk);
}

TEST_F(EngineTest, AFullDiskRefusesWritesButServesReadsAndDuplicates) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.storage_full = true;
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 500, "b")).outcome, Outcome::kStorageFull);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 5, "w")).outcome, Outcome::kStorageFull);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 501, "w")).outcome, Outcome::kInsufficientBalance);
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 500, "a")).outcome, Outcome::kDuplicateRequest);
  EXPECT_EQ(h.BalanceOf(1).total, Amount(500));
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kReadOnly);
}

class FailedWriteTest : public EngineTest,
                        public ::testing::WithParamInterface<MemoryLog::Fault> {};

TEST_P(FailedWriteTest, MakesEveryOutcomeUnknownAndStopsTheEngine) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.log->FailAfter(0, GetParam());
  const auto write = h.Submit({Harness::ChargeOf(1, 7, "b")}, 0);
  const auto read = h.Submit({ReadBalance{UserId(1), *Currency::Parse("USD")}}, 0);
  h.scheduler.RunUntilIdle();
  EXPECT_FALSE(h.failure.ok());
  ASSERT_TRUE(write->complete);
  EXPECT_EQ(write->results[0].outcome, Outcome::kOutcomeUnknown);
  ASSERT_TRUE(read->complete);
  EXPECT_EQ(read->results[0].outcome, Outcome::kOutcomeUnknown);
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 7, "c")).outcome, Outcome::kShuttingDown);

  h.Reopen(1);
  const bool written = GetParam() == MemoryLog::Fault::kWritten;
  EXPECT_EQ(h.BalanceOf(1).total, Amount(written ? 507 : 500));
  EXPECT_EQ(h.Do(1, Harness::ChargeOf(1, 7, "b")).outcome,
            written ? Outcome::kDuplicateRequest : Outcome::kOk);
}

INSTANTIATE_TEST_SUITE_P(Faults, FailedWriteTest,
                         ::testing::Values(MemoryLog::Fault::kLost, MemoryLog::Fault::kWritten));

TEST_F(EngineTest, MoneyMaturesExactlyAtItsInstant) {
  const Instant release(h.clock.Now().value() + 1'000'000);
  h.Do(1, Harness::ChargeOf(1, 500, "a", release));
  h.clock.Advance(999'999);
  EXPECT_EQ(h.BalanceOf(1).withdrawable, Amount(0));
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 1, "w")).outcome, Outcome::kInsufficientBalance);
  h.clock.Advance(1);
  EXPECT_EQ(h.BalanceOf(1).withdrawable, Amount(500));
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 500, "w")).outcome, Outcome::kOk);
}

TEST_F(EngineTest, EveryNumberOfShardsReplaysToTheSameLedger) {
  for (int64_t user = 1; user <= 40; ++user) {
    h.Do(user, Harness::ChargeOf(user, 100 + user, "a"));
    h.Do(user, Harness::ChargeOf(user, 7, "b", Instant(h.clock.Now().value() + user * 1'000)));
    if (user % 4 == 0) h.Do(user, Harness::WithdrawOf(user, 50, "w"));
  }
  const Instant now = h.clock.Now();
  const Digest live = h.engine->DigestAt(now);
  const Position end = h.log->end();
  for (const int shards : {1, 2, 3, 8}) {
    h.Crash();
    h.Open(shards);
    EXPECT_EQ(h.engine->DigestAt(now), live) << shards;
    EXPECT_EQ(h.engine->recovery().position, end);
    EXPECT_EQ(h.engine->recovery().accounts, 40);
    EXPECT_EQ(h.engine->recovery().transactions, 90);
  }
}

TEST_F(EngineTest, StampsGoOnFromTheHighestOfAllShardsAfterTheClockWentBack) {
  h.Do(1, Harness::ChargeOf(1, 1, "a"));
  const Instant last = h.clock.Now();
  h.clock.SetWall(Instant(last.value() - 30 * kMicrosPerSecond));
  h.Reopen(4);
  const Result& later = h.Do(2, Harness::ChargeOf(2, 1, "a"));
  EXPECT_EQ(later.transaction()->created_at, last);
}

TEST_F(EngineTest, AStartWithAWrongClockIsRefusedUnlessAccepted) {
  h.Do(1, Harness::ChargeOf(1, 1, "a"));
  h.clock.SetWall(Instant(h.clock.Now().value() - 3'600 * kMicrosPerSecond));
  h.Reopen(1);
  EXPECT_EQ(h.open_status.code(), absl::StatusCode::kFailedPrecondition);
  h.options.accept_clock = true;
  h.Reopen(1);
  EXPECT_TRUE(h.open_status.ok()) << h.open_status;
}

TEST_F(EngineTest, StopAnswersWhatIsUnderWayAndRefusesTheRest) {
  const auto before = h.Submit({Harness::ChargeOf(1, 500, "a")}, 0);
  bool stopped = false;
  h.engine->BeginStop(1'000, [&] { stopped = true; });
  const auto after = h.Submit({Harness::ChargeOf(1, 500, "b")}, 0);
  ASSERT_TRUE(after->complete);
  EXPECT_EQ(after->results[0].outcome, Outcome::kShuttingDown);
  EXPECT_EQ(h.engine->GetHealth().condition, Condition::kStopping);
  h.scheduler.Advance(10'000);
  EXPECT_TRUE(before->complete);
  EXPECT_TRUE(stopped);
}

TEST_F(EngineTest, StopRecordsABankCallThatDoesNotEndAsUnknown) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(1, Harness::WithdrawOf(1, 200, "w"));
  bool stopped = false;
  h.engine->BeginStop(1'000'000, [&] { stopped = true; });
  h.scheduler.Advance(2'000'000);
  EXPECT_TRUE(stopped);
  h.Reopen(1);
  const Result& read = h.Do(1, ReadTransaction{.user = UserId(1), .id = TransactionId(2)});
  EXPECT_EQ(read.transaction()->status(), Status::kPending);
  EXPECT_EQ(h.BalanceOf(1).held, Amount(200));
}

TEST_F(EngineTest, APausedBankIsSentNothingWhileWithdrawalsAreTaken) {
  h.options.bank_queue = 1;
  h.options.dispatcher.workers = 1;
  h.options.bank_paused = true;
  h.Reopen(1);
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 1, "w1")).outcome, Outcome::kOk);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 1, "w2")).outcome, Outcome::kOk);
  EXPECT_EQ(h.Do(1, Harness::WithdrawOf(1, 1, "w3")).outcome, Outcome::kQueueFull);
  h.scheduler.Advance(60 * kMicrosPerSecond);
  EXPECT_TRUE(h.bank.payments.empty());
  Health health = h.engine->GetHealth();
  EXPECT_EQ(health.condition, Condition::kDegraded);
  EXPECT_TRUE(health.bank_paused);
  EXPECT_EQ(health.queue_length, 2);
  bool stopped = false;
  h.engine->BeginStop(1'000, [&] { stopped = true; });
  h.scheduler.Advance(10'000);
  EXPECT_TRUE(stopped);

  h.options.bank_paused = false;
  h.Reopen(1);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(h.bank.payments.size(), 1u);
  health = h.engine->GetHealth();
  EXPECT_EQ(health.condition, Condition::kOk);
  EXPECT_FALSE(health.bank_paused);
}

TEST_F(EngineTest, WhatWasAcceptedUnderAnotherEpochIsNotSent) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.options.bank_paused = true;
  h.Reopen(1);
  h.Do(1, Harness::WithdrawOf(1, 1, "w"));
  h.options.bank_paused = false;
  h.epoch = Epoch(8);
  h.Reopen(1);
  h.scheduler.Advance(60 * kMicrosPerSecond);
  EXPECT_TRUE(h.bank.payments.empty());
  const Result& read = h.Do(1, ReadTransaction{.user = UserId(1), .id = TransactionId(2)});
  EXPECT_EQ(read.transaction()->epoch, Epoch(7));
  EXPECT_NE(read.transaction()->substatus, Substatus::kQueued);
}

TEST_F(EngineTest, OpenWithdrawalsAreListedOldestFirst) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(2, Harness::ChargeOf(2, 500, "a"));
  h.Do(2, Harness::WithdrawOf(2, 1, "w"));
  h.clock.Advance(1'000);
  h.Do(1, Harness::WithdrawOf(1, 2, "w"));
  const Result& list = h.Do(1, ListWithdrawals{.limit = 10});
  ASSERT_EQ(list.page->transactions.size(), 2u);
  EXPECT_EQ(list.page->transactions[0].user, UserId(2));
  EXPECT_EQ(list.page->transactions[1].user, UserId(1));
  EXPECT_EQ(list.page->total, 2);
  EXPECT_EQ(h.Do(1, ListWithdrawals{.user = UserId(1)}).page->total, 1);
  EXPECT_EQ(h.Do(1, ListWithdrawals{.substatus = Substatus::kReview}).page->total, 0);
}

TEST_F(EngineTest, OnlyAWithdrawalInReviewCanBeResolved) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  h.Do(1, Harness::WithdrawOf(1, 200, "w"));
  Advance paid{.user = UserId(1), .id = TransactionId(2), .step = BankStep::kResolvePaid};
  EXPECT_EQ(h.Do(1, paid).outcome, Outcome::kIllegalTransition);
  Advance give_up = paid;
  give_up.step = BankStep::kGiveUp;
  EXPECT_EQ(h.Do(1, give_up).outcome, Outcome::kOk);
  const Result& resolved = h.Do(1, paid);
  EXPECT_EQ(resolved.outcome, Outcome::kOk);
  EXPECT_EQ(resolved.transaction()->status(), Status::kCompleted);
  EXPECT_EQ(resolved.balance->total, Amount(300));
}

}  // namespace
}  // namespace wallet
