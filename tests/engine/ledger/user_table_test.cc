#include "engine/ledger/user_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>
#include <vector>

#include "engine/ledger/number_set.h"
#include "tests/support/currencies.h"
#include "tests/support/manual_executor.h"

namespace wallet {
namespace {

TEST(UserTableTest, EveryUserIsFoundAgainAndNobodyElse) {
  constexpr int64_t kUsers = 200'000;  // the parts grow many times
  UserTable table;
  for (int64_t i = 1; i <= kUsers; ++i) table.At(UserId(3 * i)).set_last_id(TransactionId(i));
  for (int64_t i = 1; i <= kUsers; ++i) {
    ASSERT_NE(table.Find(UserId(3 * i)), nullptr) << i;
    ASSERT_EQ(table.Find(UserId(3 * i))->last_id(), TransactionId(i));
    ASSERT_EQ(table.Find(UserId(3 * i + 1)), nullptr) << i;
  }
}

TEST(UserTableTest, AUserStaysWhereHeIs) {
  UserTable table;
  const User* first = &table.At(UserId(INT64_MAX));
  for (int64_t i = 1; i <= 100'000; ++i) table.At(UserId(i));
  EXPECT_EQ(table.Find(UserId(INT64_MAX)), first);
  EXPECT_EQ(&table.At(UserId(INT64_MAX)), first);
}

TEST(UserTableTest, UsersAreVisitedInTheOrderInWhichTheyCame) {
  UserTable table;
  for (const int64_t user : {9, 2, 7, 2}) table.At(UserId(user));
  std::vector<UserId> seen;
  table.ForEach([&](UserId user, const User&) { seen.push_back(user); });
  EXPECT_EQ(seen, (std::vector<UserId>{UserId(9), UserId(2), UserId(7)}));
}

TEST(UserTableTest, UsersAreNumberedFromOne) {
  UserTable table;
  EXPECT_EQ(table.NumberAt(UserId(9)), 1u);
  EXPECT_EQ(table.NumberAt(UserId(2)), 2u);
  EXPECT_EQ(table.NumberAt(UserId(9)), 1u);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table.IdOf(2), UserId(2));
  EXPECT_EQ(&table.UserOf(1), table.Find(UserId(9)));
}

TEST(NumberSetTest, HasWhatWasAdded) {
  constexpr uint32_t kMost = 300'000;
  NumberSet set(kMost);
  for (uint32_t i = 1; i <= kMost; i += 4'095) set.Add(i);
  for (uint32_t i = 0; i <= kMost; ++i) ASSERT_EQ(set.Has(i), i % 4'095 == 1) << i;
}

TEST(NumberSetTest, WhatItsMemoryHeldBeforeIsNotInIt) {
  constexpr uint32_t kMost = 20'000'000;  // more than a page of the reserve has bits for
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  HugeReserve reserve(2, 2, *executor);
  for (int round = 0; round < 2; ++round) {
    NumberSet set(kMost, &reserve);
    for (uint32_t i = 1; i <= kMost; i += 50'021) {
      ASSERT_FALSE(set.Has(i)) << i;
      set.Add(i);
      ASSERT_TRUE(set.Has(i)) << i;
      ASSERT_FALSE(set.Has(i - 1)) << i;
    }
    HugeMemory used = reserve.Take();
    std::memset(used.get(), 0xff, kHugePageBytes);
    reserve.GiveBack(std::move(used));
  }
  EXPECT_EQ(reserve.size(), 2u);
}

TEST(UserTableTest, HintsAreHarmlessForWhoIsNotThere) {
  UserTable table;
  for (int64_t i = 1; i <= 1'000; ++i) {
    table.PrefetchIndex(UserId(i));
    table.PrefetchUser(UserId(i));
    table.PrefetchLots(UserId(i));
    if (i % 2 == 0) table.At(UserId(i));
    table.PrefetchUser(UserId(i));
    table.PrefetchLots(UserId(i));
  }
  EXPECT_EQ(table.Find(UserId(999)), nullptr);
}

TEST(UserTableTest, NewUsersLieInMemoryOfTheReserve) {
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  HugeReserve reserve(1, 1, *executor);
  HugeMemory page = AllocateHuge(kHugePageBytes);
  const char* const begin = page.get();
  reserve.GiveBack(std::move(page));
  UserTable table;
  table.UseReserve(reserve);
  const auto* user = reinterpret_cast<const char*>(&table.At(UserId(7)));
  EXPECT_TRUE(begin <= user && user < begin + kHugePageBytes);
}

TEST(UserTest, AccountsOfOtherCurrenciesAreApart) {
  LotMemory memory;
  User user;
  EXPECT_EQ(user.Find(kUsd), nullptr);
  user.At(kUsd).Credit(Amount(5), std::nullopt, Instant(0), memory);
  EXPECT_EQ(user.Find(kEur), nullptr);
  user.At(kEur).Credit(Amount(7), std::nullopt, Instant(0), memory);
  EXPECT_EQ(user.Find(kUsd)->total(), Amount(5));
  EXPECT_EQ(user.Find(kEur)->total(), Amount(7));
  int64_t sum = 0;
  user.ForEachAccount([&](Currency, const Account& each) { sum += each.total().value(); });
  EXPECT_EQ(sum, 12);
  EXPECT_EQ(user.account_count(), 2u);
  EXPECT_EQ(user.lot_count(), 0u);
}

}  // namespace
}  // namespace wallet
