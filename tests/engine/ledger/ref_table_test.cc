#include "engine/ledger/ref_table.h"

#include <gtest/gtest.h>

#include "wal/base/hash.h"

namespace wallet {
namespace {

auto Is(uint32_t wanted) {
  return [wanted](uint32_t number) { return number == wanted; };
}

TEST(RefTableTest, EveryNumberIsFoundUnderItsHashAndNoOther) {
  constexpr uint32_t kNumbers = 300'000;  // the parts grow many times
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
