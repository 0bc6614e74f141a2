// Balances of past instants, asked of whole engines whose rows are in memory, on disk, and both.
#include "engine/past_reader.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "engine/limits.h"
#include "engine/payload.h"
#include "tests/engine/harness.h"
#include "tests/engine/random_load.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

using testing::Answers;
using testing::Harness;
using testing::RandomLoad;

// How many transactions the memory holds at least; 0: all.
class PastReaderTest : public ::testing::TestWithParam<int64_t> {
 protected:
  PastReaderTest() {
    h.indexed = GetParam() > 0;
    if (h.indexed) h.options.hot_keys = GetParam();
    h.Reopen(3);
  }

  std::shared_ptr<Answers> Begin(int64_t user, Instant at, Currency currency = kUsd) {
    return h.Submit({ReadBalance{.user = UserId(user), .currency = currency, .at = at}},
                    h.engine->ShardOf(UserId(user)));
  }
  Balance At(int64_t user, Instant at, Currency currency = kUsd) {
    const auto answers = Begin(user, at, currency);
    h.scheduler.RunUntilIdle();
    EXPECT_TRUE(answers->complete);
    const Result& result = answers->results.at(0);
    EXPECT_EQ(result.outcome, Outcome::kOk) << result.message;
    EXPECT_TRUE(result.balance_details && result.balance_details->at == at);
    EXPECT_EQ(result.currency, currency);
    return result.balance.value_or(Balance{});
  }
  // What a ledger has come to that is told everything up to the instant and nothing else.
  Ledger Replayed(Instant at) {
    Ledger ledger;
    const absl::Status read = h.log->Read(Position(0), [&](const RecordView& record) {
      return ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
        if (event.at <= at) ledger.Apply(event);
      });
    });
    EXPECT_TRUE(read.ok()) << read;
    return ledger;
  }
  Instant Tick(int64_t us = 1'000) {
    const Instant before = h.clock.Now();
    h.clock.Advance(us);
    return before;
  }
  const Result& Charge(int64_t user, int64_t amount, std::optional<Instant> release_at = {},
                       Currency currency = kUsd) {
    keys_.push_back("c" + std::to_string(keys_.size()));
    auto charge = Harness::ChargeOf(user, amount, keys_.back(), release_at);
    charge.currency = currency;
    return h.Do(user, charge);
  }

  Harness h{3};
  std::deque<std::string> keys_;
};

TEST_P(PastReaderTest, ABalanceIsThatOfItsInstant) {
  const Instant before = Tick();
  const Instant release = Instant(h.clock.Now().value() + 10'000);
  Charge(1, 500, release);
  const Instant charged = h.clock.Now();
  Tick();
  Charge(1, 100);
  h.Do(1, Harness::WithdrawOf(1, 60, "w"));
  const Instant requested = h.clock.Now();
  Tick();
  h.bank.Answer(PayVerdict::kPaid);
  h.scheduler.RunUntilIdle();
  const Instant paid = h.clock.Now();
  Tick(20'000);
  Charge(1, 1);
  Tick();

  EXPECT_EQ(At(1, before), (Balance{}));
  EXPECT_EQ(At(1, charged), (Balance{Amount(500), Amount(0), Amount(500), Amount(0)}));
  EXPECT_EQ(At(1, requested), (Balance{Amount(600), Amount(40), Amount(500), Amount(60)}));
  EXPECT_EQ(At(1, Instant(paid.value() - 1)),
            (Balance{Amount(600), Amount(40), Amount(500), Amount(60)}));
  EXPECT_EQ(At(1, paid), (Balance{Amount(540), Amount(40), Amount(500), Amount(0)}));
  EXPECT_EQ(At(1, Instant(release.value() - 1)).unreleased, Amount(500));
  EXPECT_EQ(At(1, release), (Balance{Amount(540), Amount(540), Amount(0), Amount(0)}));
  EXPECT_EQ(At(1, Instant(0)), (Balance{}));
  EXPECT_EQ(At(2, paid), (Balance{})) << "a user never seen";
  EXPECT_EQ(At(1, paid, kEur), (Balance{})) << "an account never seen";
}

TEST_P(PastReaderTest, AnyLoadAtAnyInstantIsWhatAReplayComesTo) {
  constexpr int64_t kUsers = 6;
  RandomLoad load(h, /*seed=*/11, kUsers);
  std::vector<Instant> instants;
  for (int i = 0; i < 60; ++i) {
    load.Steps(40);
    instants.push_back(h.clock.Now());
    if (i % 3 > 0) Tick(50'000);
  }
  load.Settle();
  Tick();
  for (const Instant at : instants) {
    const Ledger ledger = Replayed(at);
    for (int64_t user = 1; user <= kUsers; ++user) {
      EXPECT_EQ(At(user, at), ledger.BalanceOf(UserId(user), kUsd, at))
          << "user " << user << " at " << at.value();
    }
  }
}

TEST_P(PastReaderTest, AccountsOfManyTransactionsAreReadInPages) {
  // More unreleased charges than a page holds, and another currency between them.
  const Instant release = Instant(h.clock.Now().value() + 3'600'000'000);
  std::vector<Instant> instants;
  for (int i = 0; i < 700; ++i) {
    instants.push_back(Tick());
    Charge(1, 1, release, i % 3 == 0 ? kEur : kUsd);
  }
  Tick();
  for (const size_t i : {0, 1, 2, 3, 15, 16, 17, 350, 697, 698, 699}) {
    const Ledger ledger = Replayed(instants[i]);
    for (const Currency currency : {kUsd, kEur}) {
      EXPECT_EQ(At(1, instants[i], currency), ledger.BalanceOf(UserId(1), currency, instants[i]))
          << i << " " << currency.ToString();
    }
  }
}

TEST_P(PastReaderTest, WritesGoOnBesideAndChangeNothingOfIt) {
  Charge(1, 100);
  h.Do(1, Harness::WithdrawOf(1, 40, "w"));
  const Instant at = h.clock.Now();
  Tick();
  const auto past = Begin(1, at);
  int written = 0;
  while (!past->complete) {
    // A step of the read, then a write of the same user's.
    h.scheduler.RunOne();
    if (++written == 3) h.bank.Answer(PayVerdict::kPaid);
    keys_.push_back("x" + std::to_string(written));
    h.Submit({Harness::ChargeOf(1, 7, keys_.back())}, h.engine->ShardOf(UserId(1)));
  }
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(past->results[0].balance, (Balance{Amount(100), Amount(60), Amount(0), Amount(40)}));
}

TEST_P(PastReaderTest, OtherAnswersOfItsBatchAreThereWithIt) {
  Charge(1, 100);
  const Instant at = h.clock.Now();
  Tick();
  const ReadBalance past{.user = UserId(1), .currency = kUsd, .at = at};
  ReadBalance scheduled = past;
  scheduled.schedule = 5;
  const auto answers = h.Submit(
      {Harness::ChargeOf(1, 5, "late"), past, ReadBalance{UserId(1), kUsd}, past, scheduled},
      h.engine->ShardOf(UserId(1)));
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(answers->complete);
  EXPECT_EQ(answers->results[0].balance->total, Amount(105));
  EXPECT_EQ(answers->results[1].balance->total, Amount(100));
  EXPECT_EQ(answers->results[1].position, Position(2));
  EXPECT_EQ(answers->results[2].balance->total, Amount(105));
  EXPECT_EQ(answers->results[3].balance->total, Amount(100));
  EXPECT_EQ(answers->results[4].outcome, Outcome::kInvalidField);
  EXPECT_EQ(answers->results[4].field, "schedule");
}

TEST_P(PastReaderTest, MoreAtATimeThanAreMadeAtOnceWaitTheirTurn) {
  Charge(1, 100);
  const Instant at = h.clock.Now();
  Tick();
  const std::vector<Operation> many(5 * kPastReadsAtOnce + 1,
                                    ReadBalance{.user = UserId(1), .currency = kUsd, .at = at});
  const auto answers = h.Submit(many, h.engine->ShardOf(UserId(1)));
  h.scheduler.RunUntilIdle();
  ASSERT_TRUE(answers->complete);
  for (const Result& each : answers->results) EXPECT_EQ(each.balance->total, Amount(100));
}

TEST_P(PastReaderTest, WhatItsDeadlineOvertakesIsDropped) {
  Charge(1, 100);
  const Instant at = h.clock.Now();
  Tick();
  const auto answers = h.Submit({ReadBalance{.user = UserId(1), .currency = kUsd, .at = at}},
                                h.engine->ShardOf(UserId(1)), h.clock.SteadyMicros() + 10);
  while (h.log->end() > Position(0) && h.scheduler.RunOne()) h.clock.Advance(6);
  EXPECT_EQ(answers->results.at(0).outcome, Outcome::kOverloaded);
}

TEST_P(PastReaderTest, AStopCompletesThoseUnderWay) {
  Charge(1, 100);
  const Instant at = h.clock.Now();
  Tick();
  const auto under_way = Begin(1, at);
  bool stopped = false;
  h.engine->BeginStop(/*bank_grace_us=*/0, [&] {
    stopped = true;
    EXPECT_TRUE(under_way->complete);
  });
  h.scheduler.RunUntilIdle();
  EXPECT_TRUE(stopped);
  ASSERT_TRUE(under_way->complete);
  EXPECT_EQ(under_way->results[0].balance->total, Amount(100));
}

INSTANTIATE_TEST_SUITE_P(InMemory, PastReaderTest, ::testing::Values(0));
INSTANTIATE_TEST_SUITE_P(OnDisk, PastReaderTest, ::testing::Values(1));
INSTANTIATE_TEST_SUITE_P(OnBoth, PastReaderTest, ::testing::Values(50));

}  // namespace
}  // namespace wallet
