// What clients read of the log, on whole engines.
#include "engine/change_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/limits.h"
#include "tests/engine/harness.h"
#include "tests/engine/random_load.h"

namespace wallet {
namespace {

using testing::Answers;
using testing::Harness;
using testing::RandomLoad;

class ChangeReaderTest : public ::testing::Test {
 protected:
  std::shared_ptr<Answers> Begin(std::vector<ListChanges> asked) {
    std::vector<Operation> operations(asked.begin(), asked.end());
    const int lane = h.engine->LanesOf(operations.front()).first;
    return h.Submit(std::move(operations), lane);
  }
  ListChanges After(uint64_t position, int64_t limit = kDefaultChangesLimit) const {
    return {.after = LedgerPosition{h.options.epoch, Position(position)}, .limit = limit};
  }
  const Result& Read(ListChanges asked) {
    h.last = Begin({asked});
    h.scheduler.RunUntilIdle();
    EXPECT_TRUE(h.last->complete);
    return h.last->results.at(0);
  }
  // One payment, from the request to its end: queued, dispatching, completed or failed.
  void Pay(int64_t user, int64_t amount, std::string_view key, PayVerdict verdict) {
    h.Do(user, Harness::WithdrawOf(user, amount, key));
    h.bank.Answer(verdict);
    h.scheduler.RunUntilIdle();
  }

  Harness h{3};
};

TEST_F(ChangeReaderTest, AnEmptyLedgerHasNoChanges) {
  const Result& result = Read({});
  ASSERT_EQ(result.outcome, Outcome::kOk);
  EXPECT_TRUE(result.changes->changes.empty());
  EXPECT_EQ(result.changes->next, Position(0));
  EXPECT_EQ(result.changes->end, Position(0));
}

TEST_F(ChangeReaderTest, AWithdrawalIsThereInEachOfItsStatesAsItWasThen) {
  h.Do(1, Harness::ChargeOf(1, 500, "c"));
  Withdraw withdraw = Harness::WithdrawOf(1, 200, "w");
  withdraw.destination = "account 5";
  h.Do(1, withdraw);
  h.bank.Answer(PayVerdict::kDeclined);
  h.scheduler.RunUntilIdle();

  const Result& result = Read({});
  ASSERT_EQ(result.outcome, Outcome::kOk);
  const std::vector<Change>& changes = result.changes->changes;
  ASSERT_EQ(changes.size(), 4u);
  for (size_t i = 0; i < changes.size(); ++i) EXPECT_EQ(changes[i].position, Position(i + 1));
  EXPECT_EQ(changes[0].transaction.type, TransactionType::kCharge);
  EXPECT_EQ(changes[0].transaction.amount, Amount(500));
  const Substatus then[] = {Substatus::kQueued, Substatus::kDispatching, Substatus::kFailed};
  for (int i = 0; i < 3; ++i) {
    const Transaction& transaction = changes[i + 1].transaction;
    EXPECT_EQ(transaction.substatus, then[i]);
    EXPECT_EQ(transaction.id, TransactionId(2));
    EXPECT_EQ(transaction.amount, Amount(-200));
    EXPECT_EQ(transaction.key, "w");
    EXPECT_EQ(transaction.destination, "account 5");
    EXPECT_EQ(transaction.failure_code.empty(), i < 2);
  }
  EXPECT_EQ(result.changes->next, Position(4));
  EXPECT_EQ(result.changes->end, Position(4));
}

TEST_F(ChangeReaderTest, PagesBeginAndEndInTheMiddleOfARecord) {
  // One record of seven events, and one of one.
  std::vector<Operation> charges;
  const std::string keys[] = {"a", "b", "c", "d", "e", "f", "g"};
  for (const std::string& key : keys) charges.push_back(Harness::ChargeOf(1, 1, key));
  h.Submit(charges, h.engine->ShardOf(UserId(1)));
  h.scheduler.RunUntilIdle();
  h.Do(1, Harness::ChargeOf(1, 1, "h"));
  ASSERT_EQ(h.disk->records.size(), 2u);

  for (uint64_t after = 0; after <= 8; ++after) {
    for (int64_t limit = 1; limit <= 9; ++limit) {
      const Result& result = Read(After(after, limit));
      ASSERT_EQ(result.outcome, Outcome::kOk);
      const uint64_t expected = std::min<uint64_t>(limit, 8 - after);
      ASSERT_EQ(result.changes->changes.size(), expected) << after << " " << limit;
      for (uint64_t i = 0; i < expected; ++i) {
        EXPECT_EQ(result.changes->changes[i].position, Position(after + 1 + i));
        EXPECT_EQ(result.changes->changes[i].transaction.id,
                  TransactionId(static_cast<int64_t>(after + 1 + i)));
      }
      EXPECT_EQ(result.changes->next, Position(after + expected));
      EXPECT_EQ(result.changes->end, Position(8));
    }
  }
}

TEST_F(ChangeReaderTest, WhatIsNotDurableIsNotRead) {
  h.Do(1, Harness::ChargeOf(1, 1, "a"));
  h.log->Defer();
  h.Submit({Harness::ChargeOf(1, 1, "b")}, h.engine->ShardOf(UserId(1)));
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(Read({}).changes->changes.size(), 1u);
  ASSERT_TRUE(h.log->CompleteNext());
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(Read({}).changes->changes.size(), 2u);
}

TEST_F(ChangeReaderTest, BelowTheKeptRangeItSaysWhereToGoOn) {
  for (const char* key : {"a", "b", "c"}) h.Do(1, Harness::ChargeOf(1, 1, key));
  ASSERT_TRUE(h.log->Trim(Position(2)).ok());
  const Result& refused = Read(After(1));
  EXPECT_EQ(refused.outcome, Outcome::kPositionTooOld);
  EXPECT_EQ(refused.field, "after");
  EXPECT_FALSE(refused.changes);
  EXPECT_EQ(refused.position, Position(3));
  // From there, and from the oldest that is kept, it goes on.
  EXPECT_TRUE(Read(After(3)).changes->changes.empty());
  EXPECT_EQ(Read(After(2)).changes->changes.size(), 1u);
  EXPECT_EQ(Read({}).changes->changes.at(0).position, Position(3));
}

TEST_F(ChangeReaderTest, APositionThatIsNotOfThisLedgerIsRefused) {
  h.Do(1, Harness::ChargeOf(1, 1, "a"));
  const Result& ahead = Read(After(2));
  EXPECT_EQ(ahead.outcome, Outcome::kInvalidField);
  EXPECT_EQ(ahead.field, "after");
  const Result& other = Read({.after = LedgerPosition{Epoch(8), Position(1)}});
  EXPECT_EQ(other.outcome, Outcome::kInvalidField);
  EXPECT_NE(other.message.find("another life"), std::string::npos);
}

TEST_F(ChangeReaderTest, ALogThatCannotBeReadIsAlarmedAndNeverAnEmptyPage) {
  h.Do(1, Harness::ChargeOf(1, 1, "a"));
  h.disk->records.front().bytes.back() ^= 1;
  const Result& result = Read({});
  EXPECT_EQ(result.outcome, Outcome::kInternal);
  EXPECT_FALSE(result.changes);
  ASSERT_EQ(h.alarms.size(), 1u);
  h.disk->records.front().bytes.back() ^= 1;
}

TEST_F(ChangeReaderTest, ManyQuestionsOfOneBatchAreAnsweredEachForItself) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  Pay(1, 100, "w", PayVerdict::kPaid);
  const auto answers = Begin({After(0, 1), After(9), After(1, 2), {}});
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(answers->complete);
  EXPECT_EQ(answers->results[0].changes->changes.size(), 1u);
  EXPECT_EQ(answers->results[1].outcome, Outcome::kInvalidField);
  ASSERT_EQ(answers->results[2].changes->changes.size(), 2u);
  EXPECT_EQ(answers->results[2].changes->changes[1].transaction.substatus, Substatus::kDispatching);
  EXPECT_EQ(answers->results[3].changes->changes.size(), 4u);
}

TEST_F(ChangeReaderTest, MoreThanItTakesIsOverloadedUntilThereIsRoom) {
  const std::vector<ListChanges> most(kMaxChangesPending / kMaxListLimit, {.limit = kMaxListLimit});
  const auto taken = Begin(most);
  const auto refused = Begin({{.limit = 1}});
  ASSERT_TRUE(refused->complete);
  EXPECT_EQ(refused->results[0].outcome, Outcome::kOverloaded);
  EXPECT_FALSE(taken->complete);
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(taken->complete);
  EXPECT_EQ(Read({.limit = 1}).outcome, Outcome::kOk);
}

TEST_F(ChangeReaderTest, WhatHasPassedItsDeadlineIsDropped) {
  const auto answers =
      h.Submit({ListChanges{}}, h.engine->shard_count(), h.clock.SteadyMicros() + 10);
  h.clock.Advance(11);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(answers->results.at(0).outcome, Outcome::kOverloaded);
}

TEST_F(ChangeReaderTest, AStopCompletesWhatIsUnderWayAndRefusesTheRest) {
  h.Do(1, Harness::ChargeOf(1, 500, "a"));
  Pay(1, 100, "w", PayVerdict::kPaid);
  const auto under_way = Begin({ListChanges{}});
  bool stopped = false;
  h.engine->BeginStop(/*bank_grace_us=*/0, [&] {
    stopped = true;
    EXPECT_TRUE(under_way->complete);
  });
  const auto late = Begin({ListChanges{}});
  ASSERT_TRUE(late->complete);
  EXPECT_EQ(late->results[0].outcome, Outcome::kShuttingDown);
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(under_way->complete);
  EXPECT_EQ(under_way->results[0].changes->changes.size(), 4u);
}

// What a client comes to who knows nothing but the changes.
TEST_F(ChangeReaderTest, ReconcilingByChangesAloneGivesTheBalances) {
  constexpr int64_t kUsers = 20;
  RandomLoad load(h, /*seed=*/7, kUsers);
  std::map<std::pair<int64_t, int64_t>, std::pair<Amount, Status>> seen;
  std::map<std::pair<int64_t, int64_t>, Instant> releases;
  uint64_t after = 0;
  const auto read_on = [&](int64_t limit) {
    const Result& result = Read(After(after, limit));
    ASSERT_EQ(result.outcome, Outcome::kOk);
    for (const Change& change : result.changes->changes) {
      const Transaction& transaction = change.transaction;
      const std::pair name(transaction.user.value(), transaction.id.value());
      seen[name] = {transaction.amount, transaction.status()};
      if (transaction.release_at) releases[name] = *transaction.release_at;
    }
    after = result.changes->next.value();
  };
  for (int round = 0; round < 60; ++round) {
    load.Steps(50);
    read_on(1 + round % 13);
  }
  load.Settle();
  while (after < h.log->end().value()) read_on(100);

  std::map<int64_t, Balance> balances;
  for (const auto& [name, state] : seen) {
    Balance& balance = balances[name.first];
    const auto& [amount, status] = state;
    if (status == Status::kCompleted) balance.total = Add(balance.total, amount);
    if (status == Status::kPending) balance.held = Subtract(balance.held, amount);
    const auto release = releases.find(name);
    if (release != releases.end() && release->second > h.clock.Now()) {
      balance.unreleased = Add(balance.unreleased, amount);
    }
  }
  for (int64_t user = 1; user <= kUsers; ++user) {
    Balance& balance = balances[user];
    balance.withdrawable = Subtract(Subtract(balance.total, balance.unreleased), balance.held);
    EXPECT_EQ(balance, h.BalanceOf(user)) << "user " << user;
  }
}

}  // namespace
}  // namespace wallet
