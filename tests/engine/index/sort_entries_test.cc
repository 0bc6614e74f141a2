#include "engine/index/sort_entries.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "wal/base/hash.h"

namespace wallet {
namespace {

// `value` tells in which order equal keys came.
std::vector<SortEntry> Make(size_t count, const std::function<RunKey(uint64_t)>& key) {
  std::vector<SortEntry> entries;
  for (uint64_t i = 0; i < count; ++i) entries.push_back({key(i), i});
  return entries;
}

bool SortsLikeTheLibrary(std::vector<SortEntry> expected, GroupSpread spread) {
  SortEntries entries(expected.size());
  for (const SortEntry& entry : expected) entries.Add(entry);
  Sort(entries, spread);
  std::ranges::stable_sort(expected, {}, &SortEntry::key);
  return std::equal(
      entries.begin(), entries.end(), expected.begin(), expected.end(),
      [](const SortEntry& a, const SortEntry& b) { return a.key == b.key && a.value == b.value; });
}

void ExpectSorted(size_t count, const std::function<RunKey(uint64_t)>& key) {
  for (const GroupSpread spread : {GroupSpread::kAny, GroupSpread::kUniform}) {
    EXPECT_TRUE(SortsLikeTheLibrary(Make(count, key), spread));
  }
}

TEST(SortEntriesTest, SortsWhateverTheGroupsAre) {
  for (const size_t count : {0, 1, 2, 3, 100, 20'000}) {
    ExpectSorted(count, [](uint64_t i) { return RunKey{Mix64(i), i % 3}; });
    ExpectSorted(count, [](uint64_t i) { return RunKey{Mix64(i) % 100, Mix64(i + 1)}; });
    ExpectSorted(count, [](uint64_t i) { return RunKey{1 + Mix64(i) % 1000, i}; });
    ExpectSorted(count, [](uint64_t i) { return RunKey{7, ~i}; });
    ExpectSorted(count, [](uint64_t) { return RunKey{UINT64_MAX, UINT64_MAX}; });
    ExpectSorted(count, [](uint64_t i) { return RunKey{i % 7 << 60 | Mix64(i) % 50, i % 5}; });
    ExpectSorted(count, [](uint64_t i) { return RunKey{(Mix64(i) % 9) << 61, 100 - i % 5}; });
  }
}

RC_GTEST_PROP(SortEntriesProperty, SortsAnything,
              (std::vector<std::pair<uint64_t, uint8_t>> keys)) {
  const auto key = [&](uint64_t i) { return RunKey{keys[i].first, keys[i].second}; };
  RC_ASSERT(SortsLikeTheLibrary(Make(keys.size(), key), GroupSpread::kAny));
  RC_ASSERT(SortsLikeTheLibrary(Make(keys.size(), key), GroupSpread::kUniform));
}

}  // namespace
}  // namespace wallet
