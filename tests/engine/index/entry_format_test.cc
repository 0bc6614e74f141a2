#include "engine/index/entry_format.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/index/key_hash.h"
#include "engine/index/limits.h"

namespace wallet {
namespace {

using Ids = std::vector<TransactionId>;

Ids IdsOf(const std::set<uint32_t>& numbers) {
  Ids ids;
  for (const uint32_t number : numbers) ids.emplace_back(int64_t{number} + 1);
  return ids;
}

TEST(EntryFormatTest, CurrenciesComeBack) {
  for (const char* code : {"USD", "AED", "ZWG", "EUR"}) {
    const Currency currency = *Currency::Parse(code);
    EXPECT_EQ(CurrencyOf(CodeOf(currency)), currency);
  }
  int currencies = 0;
  for (int code = 0; code <= UINT16_MAX; ++code) {
    const auto currency = CurrencyOf(static_cast<uint16_t>(code));
    if (!currency) continue;
    ++currencies;
    EXPECT_EQ(CodeOf(*currency), code);
  }
  EXPECT_GT(currencies, 150);
}

TEST(EntryFormatTest, IdsOutsideTheirRangeAreRefused) {
  EXPECT_EQ(DecodeId(EncodeId(TransactionId(INT64_MAX))), TransactionId(INT64_MAX));
  for (const std::string& bytes : {std::string(), std::string(1, '\0'), std::string("\1\1"),
                                   std::string("\x80\0", 2), std::string(10, '\xff')}) {
    EXPECT_FALSE(DecodeId(bytes));
  }
  for (const std::string& bytes : {std::string(), std::string(1, '\0'), std::string("\2\1"),
                                   std::string("\1\1"), std::string("\1\x80")}) {
    EXPECT_FALSE(DecodeIds(bytes));
  }
}

RC_GTEST_PROP(EntryFormatProperty, IdsAreNeverLostWhenTheyAreJoined,
              (std::set<uint32_t> left, std::set<uint32_t> right)) {
  RC_PRE(!left.empty() && !right.empty());
  std::string newer = EncodeIds(IdsOf(left));
  CombineIds({1, 1}, newer, EncodeIds(IdsOf(right)));
  left.merge(right);
  RC_ASSERT(DecodeIds(newer) == std::optional(IdsOf(left)));
}

TEST(EntryFormatTest, IdsThatCannotBeJoinedAreRefusedWhenTheyAreRead) {
  std::string newer = EncodeIds({TransactionId(1)});
  CombineIds({1, 1}, newer, "");
  EXPECT_FALSE(DecodeIds(newer));
  CombineIds({1, 1}, newer, EncodeIds({TransactionId(1)}));
  EXPECT_FALSE(DecodeIds(newer));
  CombineIds({1, 1}, newer, std::string(kMaxRunValueBytes, '\xff'));
  EXPECT_LE(newer.size(), kMaxRunValueBytes);
}

TEST(EntryFormatTest, RanksOfACurrencyStandTogether) {
  const Currency usd = *Currency::Parse("USD"), eur = *Currency::Parse("EUR");
  EXPECT_LT(RankKey(UserId(1), usd, 0), RankKey(UserId(1), usd, kMaxRank));
  const bool below = RankKey(UserId(1), usd, kMaxRank) < RankKey(UserId(1), eur, 0);
  const bool above = RankKey(UserId(1), eur, kMaxRank) < RankKey(UserId(1), usd, 0);
  EXPECT_TRUE(below != above);
}

// Stored in every index.
TEST(KeyHashTest, IsPinned) {
  EXPECT_EQ(HashOfKey({1, 2}, UserId(123), "charge-2024-001"), 16455361304044537478u);
  EXPECT_NE(HashOfKey({1, 3}, UserId(123), "k"), HashOfKey({1, 2}, UserId(123), "k"));
  EXPECT_NE(HashOfKey({0, 2}, UserId(123), "k"), HashOfKey({1, 2}, UserId(123), "k"));
  EXPECT_NE(HashOfKey({1, 2}, UserId(124), "k"), HashOfKey({1, 2}, UserId(123), "k"));
}

}  // namespace
}  // namespace wallet
