#include "engine/ledger/lots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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
  Lots lots;
  lots.Add(Instant(5), Amount(1));
  lots.Add(Instant(7), Amount(10));
  lots.Add(Instant(5), Amount(2));
  EXPECT_EQ(After(lots, 0), (Plain{{5, 3}, {7, 10}}));
}

TEST(LotsTest, ALotIsReleasedExactlyAtItsInstant) {
  Lots lots;
  lots.Add(Instant(5), Amount(3));
  EXPECT_EQ(lots.SumAfter(Instant(4)), Amount(3));
  EXPECT_EQ(lots.SumAfter(Instant(5)), Amount(0));
}

TEST(LotsTest, AMovedFromOneIsEmpty) {
  Lots lots;
  lots.Add(Instant(5), Amount(3));
  Lots other = std::move(lots);
  EXPECT_EQ(other.sum(), Amount(3));
  lots = std::move(other);
  EXPECT_EQ(lots.sum(), Amount(3));
}

// Up to some hundreds of lots, so that small ones become large ones and empty ones again.
RC_GTEST_PROP(LotsProperty, BehaveLikeAMap, ()) {
  Lots lots;
  Plain plain;
  int64_t now = 0;
  const auto steps = *rc::gen::inRange(1, 400);
  for (int i = 0; i < steps; ++i) {
    const int64_t release_at = now + *rc::gen::inRange<int64_t>(1, 300);
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 1'000'000);
    lots.Add(Instant(release_at), Amount(amount));
    plain[release_at] += amount;
    if (*rc::gen::inRange(0, 20) == 0) {
      now += *rc::gen::inRange<int64_t>(0, 200);
      RC_ASSERT(lots.SumAfter(Instant(now)).value() ==
                Sum(Plain(plain.upper_bound(now), plain.end())));
      lots.DropMatured(Instant(now));
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
