#include "net/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace wallet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Transaction Open(int64_t created_at, int64_t user, int64_t id) {
  Transaction transaction;
  transaction.type = TransactionType::kWithdraw;
  transaction.user = UserId(user);
  transaction.id = TransactionId(id);
  transaction.created_at = Instant(created_at);
  return transaction;
}

Result PageOf(std::vector<Transaction> transactions, int64_t total, uint64_t position) {
  Result result;
  result.position = Position(position);
  result.page = std::make_unique<Page>();
  result.page->transactions = std::move(transactions);
  result.page->total = total;
  return result;
}

std::vector<std::pair<int64_t, int64_t>> Names(const Result& result) {
  std::vector<std::pair<int64_t, int64_t>> names;
  for (const Transaction& t : result.page->transactions) {
    names.emplace_back(t.user.value(), t.id.value());
  }
  return names;
}

TEST(MergeTest, OldestFirstThenByUserAndId) {
  const Result a = PageOf({Open(10, 1, 1), Open(30, 1, 2)}, 2, 5);
  const Result b = PageOf({Open(10, 2, 1), Open(20, 3, 4), Open(20, 3, 5)}, 3, 9);
  const Result* const parts[] = {&a, &b};
  const Result merged = MergeWithdrawals(parts, 10);
  EXPECT_EQ(merged.outcome, Outcome::kOk);
  EXPECT_THAT(Names(merged), ElementsAre(std::pair(1, 1), std::pair(2, 1), std::pair(3, 4),
                                         std::pair(3, 5), std::pair(1, 2)));
}

TEST(MergeTest, TheLimitKeepsTheOldestAndTotalCountsAll) {
  const Result a = PageOf({Open(30, 1, 1)}, 100, 5);
  const Result b = PageOf({Open(10, 2, 1), Open(20, 2, 2)}, 50, 9);
  const Result* const parts[] = {&a, &b};
  const Result merged = MergeWithdrawals(parts, 2);
  EXPECT_THAT(Names(merged), ElementsAre(std::pair(2, 1), std::pair(2, 2)));
  EXPECT_EQ(merged.page->total, 150);
}

TEST(MergeTest, ThePositionIsTheLatestOfAll) {
  const Result a = PageOf({}, 0, 5);
  const Result b = PageOf({}, 0, 9);
  const Result c = PageOf({}, 0, 7);
  const Result* const parts[] = {&a, &b, &c};
  const Result merged = MergeWithdrawals(parts, 2);
  EXPECT_EQ(merged.position, Position(9));
  EXPECT_THAT(Names(merged), IsEmpty());
}

TEST(MergeTest, ARefusalOfOneShardIsTheAnswer) {
  const Result a = PageOf({Open(30, 1, 1)}, 1, 5);
  Result b;
  b.outcome = Outcome::kOverloaded;
  b.message = "why";
  const Result* const parts[] = {&a, &b};
  const Result merged = MergeWithdrawals(parts, 2);
  EXPECT_EQ(merged.outcome, Outcome::kOverloaded);
  EXPECT_EQ(merged.message, "why");
  EXPECT_EQ(merged.page, nullptr);
}

}  // namespace
}  // namespace wallet
