#include "wal/runs/group_filter.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "wal/base/hash.h"
#include "wal/base/huge_pages.h"

namespace wallet {
namespace {

uint64_t Seen(uint64_t i) { return Mix64(i); }
uint64_t Unseen(uint64_t i) { return Mix64(i + (uint64_t{1} << 40)); }

GroupFilter FilterOf(uint64_t groups) {
  GroupFilterBuilder builder(groups);
  for (uint64_t i = 0; i < groups; ++i) builder.Add(Seen(i));
  return builder.Finish();
}

TEST(GroupFilterTest, NeverAFalseNo) {
  for (const uint64_t groups : {0, 1, 2, 20, 21, 22, 28, 29, 30, 1000, 300'000}) {
    const GroupFilter filter = FilterOf(groups);
    for (uint64_t i = 0; i < groups; ++i) ASSERT_TRUE(filter.MayContain(Seen(i))) << groups;
  }
}

// Those asked one by one, of a number that fills what is on its way and of any other.
TEST(GroupFilterTest, ManyAtOnceAreAnsweredAsOneByOne) {
  const GroupFilter filter = FilterOf(1000);
  for (const size_t count : {0, 1, 127, 128, 129, 255, 256, 257, 700}) {
    std::vector<uint64_t> groups;
    for (uint64_t i = 0; i < count; ++i) groups.push_back(i % 3 == 0 ? Seen(i) : Unseen(i));
    const auto may = std::make_unique<bool[]>(count + 1);
    filter.MayContain(groups, {may.get(), count});
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(may[i], filter.MayContain(groups[i])) << count;
    EXPECT_FALSE(may[count]);
  }
}

// Another run may have what this one has not.
TEST(GroupFilterTest, WhatIsKnownAlreadyStays) {
  const GroupFilter filter = FilterOf(10);
  const uint64_t groups[] = {Unseen(0), Seen(0), Unseen(1)};
  bool may[] = {true, true, false};
  filter.MayContain(groups, may);
  EXPECT_TRUE(may[0]);
  EXPECT_TRUE(may[1]);
  EXPECT_FALSE(may[2]);
}

TEST(GroupFilterTest, HoldsDenseGroupsAsWellAsHashes) {
  GroupFilterBuilder builder(100'000);
  for (uint64_t group = 1; group <= 100'000; ++group) builder.Add(group);
  const GroupFilter filter = builder.Finish();
  for (uint64_t group = 1; group <= 100'000; ++group) ASSERT_TRUE(filter.MayContain(group));
}

TEST(GroupFilterTest, AFalseYesIsRarerThanOneIn100000AndAGroupTakes4Point5Bytes) {
  constexpr uint64_t kGroups = 300'000, kQuestions = 10'000'000;
  const GroupFilter filter = FilterOf(kGroups);
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < kQuestions; ++i) wrong += filter.MayContain(Unseen(i)) ? 1 : 0;
  EXPECT_LE(wrong, kQuestions / 100'000);
  EXPECT_LE(filter.memory_bytes(), kGroups * 45 / 10);
  RecordProperty("false_yes_per_million", static_cast<int>(wrong * 1'000'000 / kQuestions));
}

TEST(GroupFilterTest, WhatIsStoredIsLoaded) {
  const GroupFilter filter = FilterOf(1000);
  auto loaded = GroupFilter::ToLoad(filter.bytes().size());
  ASSERT_TRUE(loaded);
  std::memcpy(loaded->buffer().data(), filter.bytes().data(), filter.bytes().size());
  for (uint64_t i = 0; i < 1000; ++i) EXPECT_TRUE(loaded->MayContain(Seen(i)));
  EXPECT_FALSE(GroupFilter::ToLoad(0));
  EXPECT_FALSE(GroupFilter::ToLoad(63));
}

TEST(GroupFilterTest, OneOfManyPagesBeginsEmpty) {
  const auto filter = GroupFilter::ToLoad(2 * kHugePageBytes + 64);
  ASSERT_TRUE(filter);
  for (uint64_t i = 0; i < 100'000; ++i) ASSERT_FALSE(filter->MayContain(Seen(i)));
}

TEST(GroupFilterTest, GarbageEndsInAnAnswer) {
  auto filter = GroupFilter::ToLoad(128);
  std::memset(filter->buffer().data(), 0xff, filter->buffer().size());
  for (uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(filter->MayContain(Seen(i)));
}

TEST(GroupFilterDeathTest, TakesNoMoreThanItWasMadeFor) {
  GroupFilterBuilder builder(1);
  builder.Add(1);
  EXPECT_DEATH(builder.Add(2), "more groups");
}

}  // namespace
}  // namespace wallet
