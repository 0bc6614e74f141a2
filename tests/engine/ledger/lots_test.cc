#include "engine/ledger/lots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

namespace wallet {
namespace {

using Plain = std::map<int64_t, int64_t>;

Plain After(const Lots& lots, int64_t now) {
  Plain plain;
  lots.ForEachAfter(Instant(now), [&](Instant release_at, Amount amount) {
    EXPECT_TRUE(plain.empty() || plain.rbegin()->first < release_at.value());
    plain[release_at.value()] = amount.value();
  });
  return plain;
}

int64_t Sum(const Plain& plain) {
  int64_t sum = 0;
  for (const auto& [release_at, amount] : plain) sum += amount;
  return sum;
}

TEST(LotsTest, EqualInstantsShareALot) {
  LotMemory memory;
  Lots lots;
  lots.Add(Instant(5), Amount(1), memory);
  lots.Add(Instant(7), Amount(10), memory);
  lots.Add(Instant(5), Amount(2), memory);
  EXPECT_EQ(After(lots, 0), (Plain{{5, 3}, {7, 10}}));
}

TEST(LotsTest, ALotIsReleasedExactlyAtItsInstant) {
  LotMemory memory;
  Lots lots;
  lots.Add(Instant(5), Amount(3), memory);
  EXPECT_EQ(lots.SumAfter(Instant(4)), Amount(3));
  EXPECT_EQ(lots.SumAfter(Instant(5)), Amount(0));
}

// Against sums that are known beforehand; in an order that splits blocks everywhere.
TEST(LotsTest, WhatIsUnreleasedOfAHundredThousandIsToldAtAnyInstant) {
  constexpr int64_t kLots = 100'003;  // a prime: the steps below come to every instant once
  LotMemory memory;
  Lots lots;
  int64_t sum = 0;
  for (int64_t i = 0; i < kLots; ++i) {
    const int64_t at = 1 + i * 40'009 % kLots;
    lots.Add(Instant(at), Amount(at), memory);
    sum += at;
  }
  const auto after = [&](int64_t now) { return Amount(sum - now * (now + 1) / 2); };
  for (int64_t now = 0; now <= kLots; now += 7) {
    ASSERT_EQ(lots.SumAfter(Instant(now)), after(now));
  }
  EXPECT_EQ(lots.SumAfter(Instant(kLots + 1)), kNoAmount);
  lots.CheckInvariants();
  for (int64_t now = 0; now < kLots; now += 9'973) {
    lots.DropMatured(Instant(now), memory);
    ASSERT_EQ(lots.sum(), after(now));
    ASSERT_EQ(lots.count(), static_cast<size_t>(kLots - now));
    const int64_t ahead = std::min(now + 500, kLots);
    ASSERT_EQ(lots.SumAfter(Instant(ahead)), after(ahead));
    lots.CheckInvariants();
  }
}

TEST(LotsTest, WhereWholeBlocksMatureTheNextOneStaysAsItIs) {
  constexpr int64_t kLots = 600;  // more than two blocks
  for (int64_t now = 1; now < kLots; ++now) {
    LotMemory memory;
    Lots lots;
    for (int64_t at = 1; at <= kLots; ++at) lots.Add(Instant(at), Amount(1), memory);
    lots.DropMatured(Instant(now), memory);
    ASSERT_EQ(lots.count(), static_cast<size_t>(kLots - now));
    ASSERT_EQ(lots.sum(), Amount(kLots - now));
    ASSERT_EQ(After(lots, 0).begin()->first, now + 1);
    lots.CheckInvariants();
  }
}

// Up to a thousand lots, so that small ones become large ones, their blocks split, and they become
// empty ones again.
RC_GTEST_PROP(LotsProperty, BehaveLikeAMap, ()) {
  LotMemory memory;
  Lots lots;
  Plain plain;
  int64_t now = 0;
  const auto steps = *rc::gen::inRange(1, 1'200);
  for (int i = 0; i < steps; ++i) {
    const int64_t release_at = now + *rc::gen::inRange<int64_t>(1, 2'000);
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 1'000'000);
    lots.Add(Instant(release_at), Amount(amount), memory);
    plain[release_at] += amount;
    if (*rc::gen::inRange(0, 20) == 0) {
      now += *rc::gen::inRange<int64_t>(0, 200);
      RC_ASSERT(lots.SumAfter(Instant(now)).value() ==
                Sum(Plain(plain.upper_bound(now), plain.end())));
      lots.DropMatured(Instant(now), memory);
      plain.erase(plain.begin(), plain.upper_bound(now));
    }
    RC_ASSERT(lots.sum().value() == Sum(plain));
    RC_ASSERT(lots.count() == plain.size());
    lots.CheckInvariants();
  }
  RC_ASSERT(After(lots, now) == plain);
  const int64_t after = now + *rc::gen::inRange<int64_t>(-1, 300);
  size_t left = 5;
  Plain walked;
  lots.WalkAfter(Instant(after), [&](Instant release_at, Amount amount) {
    walked[release_at.value()] = amount.value();
    return --left > 0;
  });
  Plain expected(plain.upper_bound(after), plain.end());
  while (expected.size() > 5) expected.erase(std::prev(expected.end()));
  RC_ASSERT(walked == expected);
}

}  // namespace
}  // namespace wallet
