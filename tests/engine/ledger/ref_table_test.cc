#include "engine/ledger/ref_table.h"

#include <gtest/gtest.h>

#include "tests/support/manual_executor.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

auto Is(uint32_t wanted) {
  return [wanted](uint32_t number) { return number == wanted; };
}

TEST(RefTableTest, EveryNumberIsFoundUnderItsHashAndNoOther) {
  constexpr uint32_t kNumbers = 300'000;  // parts double, and are split several times
  RefTable table;
  for (uint32_t i = 1; i <= kNumbers; ++i) table.Add(Mix64(i), i);
  EXPECT_EQ(table.size(), kNumbers);
  for (uint32_t i = 1; i <= kNumbers; ++i) {
    ASSERT_EQ(table.Find(Mix64(i), Is(i)), i);
    ASSERT_EQ(table.Find(Mix64(i), Is(i + 1)), 0u);
  }
}

TEST(RefTableTest, NumbersOfOneHashAreToldApartByTheCaller) {
  RefTable table;
  for (uint32_t i = 1; i <= 100; ++i) table.Add(UINT64_MAX, i);
  for (uint32_t i = 1; i <= 100; ++i) ASSERT_EQ(table.Find(UINT64_MAX, Is(i)), i);
  EXPECT_EQ(table.Find(UINT64_MAX, Is(101)), 0u);
  EXPECT_EQ(table.Find(0, Is(1)), 0u);
}

// More than fit a part that can't be split any more: such hashes are nothing that happens by
// chance.
TEST(RefTableTest, HashesThatBeginAlikeAreFound) {
  constexpr uint32_t kNumbers = 20'000;
  const auto hash = [](uint32_t i) { return uint64_t{i} << 31 & 0x0000'ffff'ffff'ffff; };
  RefTable table;
  for (uint32_t i = 1; i <= kNumbers; ++i) table.Add(hash(i), i);
  EXPECT_EQ(table.size(), kNumbers);
  for (uint32_t i = 1; i <= kNumbers; ++i) ASSERT_EQ(table.Find(hash(i), Is(i)), i);
  EXPECT_EQ(table.Find(UINT64_MAX, Is(1)), 0u);
}

TEST(RefTableTest, PagesComeFromTheReserveAndAreGivenBack) {
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  HugeReserve reserve(1, 8, *executor);
  for (int i = 0; i < 2; ++i) reserve.GiveBack(AllocateHuge(kHugePageBytes));
  {
    RefTable table;
    table.UseReserve(reserve);
    EXPECT_EQ(reserve.size(), 2u);
    for (uint32_t i = 1; i <= 50'000; ++i) table.Add(Mix64(i), i);
    EXPECT_EQ(reserve.size(), 1u);
  }
  EXPECT_EQ(reserve.size(), 2u);
}

TEST(RefTableTest, AReplacedNumberIsNotFoundAgain) {
  RefTable table;
  table.Add(7, 1);
  EXPECT_EQ(table.Replace(7, Is(1), 2), 1u);
  EXPECT_EQ(table.Find(7, Is(1)), 0u);
  EXPECT_EQ(table.Find(7, Is(2)), 2u);
  EXPECT_EQ(table.Replace(7, Is(1), 3), 0u);
  EXPECT_EQ(table.size(), 1u);
}

}  // namespace
}  // namespace wallet
