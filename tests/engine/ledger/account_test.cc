#include "engine/ledger/account.h"

#include <gtest/gtest.h>

namespace wallet {
namespace {

TEST(AccountTest, WhatHoldsMoreThanItHasIsNotRestored) {
  Account account;
  EXPECT_FALSE(account.Restore(Amount(5), Amount(-1)));
  EXPECT_FALSE(account.Restore(Amount(5), Amount(6)));
  EXPECT_EQ(account.total(), Amount(0));
  EXPECT_TRUE(account.Restore(Amount(5), Amount(5)));
}

TEST(AccountTest, LotsBeyondWhatIsFreeAreNotRestored) {
  LotMemory memory;
  Account account;
  ASSERT_TRUE(account.Restore(Amount(10), Amount(3)));
  EXPECT_FALSE(account.RestoreLot(Instant(9), Amount(0), memory));
  EXPECT_FALSE(account.RestoreLot(Instant(9), Amount(8), memory));
  EXPECT_TRUE(account.RestoreLot(Instant(9), Amount(7), memory));
  EXPECT_FALSE(account.RestoreLot(Instant(10), Amount(1), memory));
  EXPECT_EQ(account.At(Instant(5)), (Balance{Amount(10), Amount(0), Amount(7), Amount(3)}));
}

}  // namespace
}  // namespace wallet
