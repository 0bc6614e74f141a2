#include "wal/base/huge_reserve.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/manual_executor.h"

namespace wallet {
namespace {

constexpr size_t kReady = 3;
constexpr size_t kKept = 5;

class HugeReserveTest : public testing::Test {
 protected:
  FakeClock clock_;
  ManualScheduler scheduler_{clock_};
  std::unique_ptr<Executor> executor_ = scheduler_.MakeExecutor();
  HugeReserve reserve_{kReady, kKept, *executor_};
};

TEST_F(HugeReserveTest, MakesNothingReadyBeforeSomebodyTakes) {
  scheduler_.RunUntilIdle();
  EXPECT_EQ(reserve_.size(), 0u);
}

TEST_F(HugeReserveTest, PreparesForTheFirstWhoTakeBeforeItsExecutorHasRun) {
  reserve_.Prepare(2);
  EXPECT_EQ(reserve_.size(), 2u);
  const HugeMemory page = reserve_.Take();
  EXPECT_EQ(reserve_.size(), 1u);
  reserve_.Prepare(kKept);
  EXPECT_EQ(reserve_.size(), kKept);
  reserve_.Prepare(1);
  EXPECT_EQ(reserve_.size(), kKept);
}

TEST_F(HugeReserveTest, WhoTakesNeverWaitsForOneToBeMadeReady) {
  std::vector<HugeMemory> taken;
  for (size_t i = 0; i < 2 * kReady; ++i) {
    taken.push_back(reserve_.Take());
    std::memset(taken.back().get(), 'x', kHugePageBytes);
  }
  EXPECT_EQ(reserve_.size(), 0u);
}

TEST_F(HugeReserveTest, IsFullAgainOnceItsExecutorHasRun) {
  std::vector<HugeMemory> taken;
  for (size_t i = 0; i < 2 * kReady; ++i) taken.push_back(reserve_.Take());
  for (int round = 0; round < 3; ++round) {
    taken.push_back(reserve_.Take());
    taken.push_back(reserve_.Take());
    scheduler_.RunUntilIdle();
    EXPECT_EQ(reserve_.size(), kReady);
  }
  std::set<char*> different;
  for (const HugeMemory& page : taken) different.insert(page.get());
  EXPECT_EQ(different.size(), taken.size());
}

TEST_F(HugeReserveTest, WhoNeedsFewHasFewLyingAbout) {
  const HugeMemory first = reserve_.Take();
  scheduler_.RunUntilIdle();
  EXPECT_EQ(reserve_.size(), 0u);
  const HugeMemory second = reserve_.Take();
  scheduler_.RunUntilIdle();
  EXPECT_EQ(reserve_.size(), 1u);
}

TEST_F(HugeReserveTest, GivesOutAgainWhatWasGivenBack) {
  HugeMemory page = reserve_.Take();
  char* const bytes = page.get();
  reserve_.GiveBack(std::move(page));
  EXPECT_EQ(reserve_.Take().get(), bytes);
}

TEST_F(HugeReserveTest, KeepsNoMoreThanItMay) {
  std::vector<HugeMemory> taken;
  for (size_t i = 0; i < 2 * kKept; ++i) taken.push_back(reserve_.Take());
  for (HugeMemory& page : taken) reserve_.GiveBack(std::move(page));
  EXPECT_EQ(reserve_.size(), kKept);
  scheduler_.RunUntilIdle();  // what was asked for meanwhile
  EXPECT_EQ(reserve_.size(), kKept);
}

}  // namespace
}  // namespace wallet
