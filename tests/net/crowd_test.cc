#include "net/crowd.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace wallet {
namespace {

struct Member {
  void Tick(int64_t now_us) {
    ++looks;
    seen_us = now_us;
    if (on_tick) on_tick();
  }
  int looks = 0;
  int64_t seen_us = 0;
  std::function<void()> on_tick;
};

class CrowdTest : public testing::Test {
 protected:
  std::shared_ptr<Member> Add() {
    auto member = std::make_shared<Member>();
    crowd_.Add(member);
    return member;
  }
  std::vector<std::shared_ptr<Member>> Add(size_t count) {
    std::vector<std::shared_ptr<Member>> members;
    while (members.size() < count) members.push_back(Add());
    return members;
  }

  Crowd<Member> crowd_;
};

TEST_F(CrowdTest, OfAFewEachIsSeenAtEachTick) {
  const auto members = Add(kLeastLooks);
  for (int64_t tick = 1; tick <= 5; ++tick) {
    crowd_.Tick(tick);
    for (const auto& member : members) {
      EXPECT_EQ(member->looks, tick);
      EXPECT_EQ(member->seen_us, tick);
    }
  }
}

TEST_F(CrowdTest, OfManyEachTickSeesAPartAndAllTogetherAll) {
  const auto members = Add(100 * kLeastLooks);
  size_t before = 0;
  for (size_t tick = 1; tick <= kLookTurns; ++tick) {
    crowd_.Tick(1);
    size_t looks = 0;
    for (const auto& member : members) looks += member->looks;
    EXPECT_EQ(looks - before, members.size() / kLookTurns);
    before = looks;
  }
  for (const auto& member : members) EXPECT_EQ(member->looks, 1);
}

TEST_F(CrowdTest, ANobodyIsNotMissed) {
  crowd_.Tick(1);
  const auto member = Add();
  crowd_.Remove(*member);
  crowd_.Remove(*member);
  crowd_.Tick(1);
  EXPECT_EQ(member->looks, 0);
  EXPECT_EQ(member.use_count(), 1);
}

TEST_F(CrowdTest, OneMayLeaveWhileItIsLookedAt) {
  const auto members = Add(10);
  for (const auto& member : members) {
    member->on_tick = [this, raw = member.get()] { crowd_.Remove(*raw); };
  }
  while (crowd_.size() > 0) crowd_.Tick(1);
  for (const auto& member : members) EXPECT_EQ(member->looks, 1);
}

// Whoever comes and goes: between two looks at one that stays there are at most two rounds of the
// crowd at its largest: one in which it came first, and one in which it came last.
TEST_F(CrowdTest, NobodyIsPassedOverWhileOthersComeAndGo) {
  std::mt19937_64 random(1);
  constexpr size_t kStaying = 5 * kLeastLooks;
  const auto staying = Add(kStaying);
  std::vector<std::shared_ptr<Member>> passing = Add(kStaying);
  constexpr int64_t kMostTicks = 2 * (2 * kStaying / kLeastLooks) + 1;
  for (int64_t tick = 1; tick <= 1'000; ++tick) {
    for (auto& member : passing) {
      if (random() % 3 != 0) continue;
      crowd_.Remove(*member);
      member = Add();
    }
    crowd_.Tick(tick);
    for (const auto& member : staying) ASSERT_GE(member->seen_us, tick - kMostTicks);
  }
}

TEST_F(CrowdTest, AllCanBeTaken) {
  const auto members = Add(3);
  crowd_.Tick(1);
  EXPECT_EQ(crowd_.TakeAll().size(), 3u);
  crowd_.Tick(2);
  EXPECT_EQ(members[0]->seen_us, 1);
  crowd_.Remove(*members[0]);
  EXPECT_EQ(crowd_.size(), 0u);
}

}  // namespace
}  // namespace wallet
