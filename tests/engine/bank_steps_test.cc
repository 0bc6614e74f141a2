#include "engine/bank_steps.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/support/manual_executor.h"

namespace wallet {
namespace {

constexpr int kShards = 2;

class BankStepsTest : public testing::Test {
 protected:
  struct Submitted {
    int shard;
    std::unique_ptr<Batch> batch;
  };

  void Take(int64_t user, int64_t id = 1) {
    steps_.Take({.user = UserId(user), .id = TransactionId(id), .bank = "sim"},
                [this, user](StepResult result) {
                  const bool open = result.open.has_value();
                  told_.push_back(std::to_string(user) + (open ? " open" : " ended"));
                });
  }
  // As a shard and the log would. The first user's withdrawals stay open.
  static void Complete(std::unique_ptr<Batch> batch, Outcome outcome = Outcome::kOk) {
    for (const Operation& operation : batch->operations) {
      const auto& advance = std::get<Advance>(operation);
      Result& result = batch->results.emplace_back();
      result.outcome = outcome;
      if (advance.user == UserId(1)) result.open = std::make_unique<OpenWithdrawal>();
    }
    Batch& completed = *batch;
    completed.Complete(std::move(batch));
  }

  FakeClock clock_;
  ManualScheduler scheduler_{clock_};
  std::unique_ptr<Executor> executor_ = scheduler_.MakeExecutor();
  std::vector<Submitted> submitted_;
  std::vector<std::string> told_;
  BankSteps steps_{kShards, [](UserId user) { return static_cast<int>(user.value() % kShards); },
                   [this](int shard, std::unique_ptr<Batch> batch) {
                     submitted_.push_back({shard, std::move(batch)});
                   },
                   *executor_};
};

TEST_F(BankStepsTest, StepsThatAreDueTogetherAreOneBatchAShard) {
  for (const int64_t user : {1, 2, 3}) Take(user);
  EXPECT_TRUE(submitted_.empty());
  scheduler_.RunUntilIdle();
  ASSERT_EQ(submitted_.size(), 2u);
  EXPECT_EQ(submitted_[0].shard, 0);
  EXPECT_EQ(submitted_[0].batch->operations.size(), 1u);
  EXPECT_EQ(submitted_[1].shard, 1);
  ASSERT_EQ(submitted_[1].batch->operations.size(), 2u);
  const auto& advance = std::get<Advance>(submitted_[1].batch->operations[1]);
  EXPECT_EQ(advance.user, UserId(3));
  EXPECT_EQ(advance.bank, "sim");

  Take(5);
  scheduler_.RunUntilIdle();
  ASSERT_EQ(submitted_.size(), 3u);
  EXPECT_EQ(submitted_[2].batch->operations.size(), 1u);
}

TEST_F(BankStepsTest, EachHearsWhatBecameOfIt) {
  for (const int64_t user : {1, 3, 2}) Take(user);
  scheduler_.RunUntilIdle();
  for (auto& [shard, batch] : submitted_) Complete(std::move(batch));
  EXPECT_EQ(told_, (std::vector<std::string>{"2 ended", "1 open", "3 ended"}));
}

TEST_F(BankStepsTest, OfStepsThatMayBeLostNobodyHears) {
  Take(1);
  scheduler_.RunUntilIdle();
  Complete(std::move(submitted_[0].batch), Outcome::kOutcomeUnknown);
  EXPECT_TRUE(told_.empty());
}

TEST_F(BankStepsTest, OnceTheLogHasFailedNoneIsTaken) {
  steps_.Fail();
  Take(1);
  scheduler_.RunUntilIdle();
  EXPECT_TRUE(submitted_.empty());
}

}  // namespace
}  // namespace wallet
