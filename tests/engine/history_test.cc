#include "engine/history.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/engine/events.h"

namespace wallet {
namespace {

using testing::Charged;
using testing::Moved;
using testing::WithdrawalRequested;

const Currency kUsd = *Currency::Parse("USD");
const Currency kEur = *Currency::Parse("EUR");

std::vector<int64_t> Values(const History::Selection& selection) {
  std::vector<int64_t> values;
  for (const TransactionId id : selection.ids) values.push_back(id.value());
  return values;
}

ListTransactions Page(int64_t page, int64_t limit, std::optional<Currency> currency = {}) {
  return {.user = UserId(1), .currency = currency, .page = page, .limit = limit};
}

ListTransactions From(ListOrder order, int64_t from, int64_t limit,
                      std::optional<Currency> currency = {}) {
  return {.user = UserId(1),
          .currency = currency,
          .order = order,
          .from = TransactionId(from),
          .limit = limit};
}

class HistoryTest : public ::testing::Test {
 protected:
  void AddCharges(int count, std::string_view currency = "USD") {
    for (int i = 0; i < count; ++i) {
      ++last_;
      Apply(Charged(1, last_, "key-" + std::to_string(last_), 100, currency));
    }
  }
  void Apply(const Event& event) {
    constexpr Instant kBase(500);
    std::string bytes;
    EncodeEvent(event, kBase, bytes);
    history_.Apply(event, {bytes, kBase});
  }
  std::optional<Transaction> ByKey(int64_t user, std::string_view key) {
    return history_.FindByKey(UserId(user), key, history_.KeyHash(UserId(user), key));
  }

  History history_{7};
  int64_t last_ = 0;
};

TEST_F(HistoryTest, FindsATransactionByItsIdAndByItsKey) {
  AddCharges(3);
  EXPECT_EQ(history_.Find(UserId(1), TransactionId(2))->key, "key-2");
  EXPECT_EQ(ByKey(1, "key-3")->id, TransactionId(3));
  EXPECT_EQ(history_.transaction_count(), 3);
}

TEST_F(HistoryTest, KeysOfOneUserAreUnknownToAnother) {
  AddCharges(1);
  Apply(Charged(2, 1, "other"));
  EXPECT_FALSE(ByKey(2, "key-1"));
  EXPECT_FALSE(ByKey(1, "other"));
}

TEST_F(HistoryTest, IdsOutsideTheHistoryAreNotFound) {
  AddCharges(2);
  for (const int64_t id : {int64_t{0}, int64_t{-1}, int64_t{3}, INT64_MAX}) {
    EXPECT_FALSE(history_.Find(UserId(1), TransactionId(id))) << id;
  }
  EXPECT_FALSE(history_.Find(UserId(9), TransactionId(1)));
}

TEST_F(HistoryTest, AWithdrawalIsReadAsItIsNow) {
  AddCharges(1);
  Apply(WithdrawalRequested(1, 2, "w"));
  EXPECT_EQ(ByKey(1, "w")->substatus, Substatus::kQueued);
  EXPECT_EQ(ByKey(1, "w")->amount, Amount(-10));

  Apply(Moved(1, 2, Substatus::kDispatching, 3'000));
  EXPECT_EQ(ByKey(1, "w")->substatus, Substatus::kDispatching);
  EXPECT_EQ(ByKey(1, "w")->updated_at, Instant(3'000));
  EXPECT_EQ(ByKey(1, "w")->created_at, Instant(2'000));

  Apply(Moved(1, 2, Substatus::kFailed, 4'000));
  EXPECT_EQ(ByKey(1, "w")->status(), Status::kFailed);
  EXPECT_EQ(ByKey(1, "w")->failure_code, "declined");
  EXPECT_EQ(history_.Find(UserId(1), TransactionId(1))->substatus, Substatus::kNone);
}

TEST_F(HistoryTest, PagesAreNewestFirstAndEndWithoutANext) {
  AddCharges(5);
  EXPECT_EQ(Values(history_.Select(Page(1, 2))), (std::vector<int64_t>{5, 4}));
  EXPECT_EQ(history_.Select(Page(1, 2)).next, 2);
  EXPECT_EQ(Values(history_.Select(Page(3, 2))), (std::vector<int64_t>{1}));
  EXPECT_EQ(history_.Select(Page(3, 2)).next, std::nullopt);
  EXPECT_EQ(history_.Select(Page(3, 2)).total, 5);
}

TEST_F(HistoryTest, APagePastTheEndIsEmpty) {
  AddCharges(5);
  for (const int64_t page : {int64_t{4}, int64_t{1'000'000}, INT64_MAX}) {
    const auto selection = history_.Select(Page(page, 2));
    EXPECT_TRUE(selection.ids.empty());
    EXPECT_EQ(selection.next, std::nullopt);
    EXPECT_EQ(selection.total, 5);
  }
}

TEST_F(HistoryTest, AUserNeverSeenHasAnEmptyPage) {
  const auto selection = history_.Select(Page(1, 10));
  EXPECT_TRUE(selection.ids.empty());
  EXPECT_EQ(selection.total, 0);
}

TEST_F(HistoryTest, BeforeIdGoesBackAndAfterIdGoesForward) {
  AddCharges(5);
  const auto before = history_.Select(From(ListOrder::kBefore, 4, 2));
  EXPECT_EQ(Values(before), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(before.next, 2);
  EXPECT_EQ(history_.Select(From(ListOrder::kBefore, 2, 2)).next, std::nullopt);

  const auto after = history_.Select(From(ListOrder::kAfter, 0, 2));
  EXPECT_EQ(Values(after), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(after.next, 2);
  EXPECT_EQ(Values(history_.Select(From(ListOrder::kAfter, 4, 2))), (std::vector<int64_t>{5}));
  EXPECT_EQ(history_.Select(From(ListOrder::kAfter, 4, 2)).next, std::nullopt);
}

TEST_F(HistoryTest, ExtremeIdsAreJustPastTheEnds) {
  AddCharges(3);
  EXPECT_EQ(Values(history_.Select(From(ListOrder::kBefore, INT64_MAX, 2))),
            (std::vector<int64_t>{3, 2}));
  EXPECT_TRUE(history_.Select(From(ListOrder::kBefore, 1, 2)).ids.empty());
  EXPECT_TRUE(history_.Select(From(ListOrder::kAfter, INT64_MAX, 2)).ids.empty());
}

TEST_F(HistoryTest, APageOfOneCurrencyCountsOnlyThatCurrency) {
  AddCharges(3, "USD");  // 1 2 3
  EXPECT_EQ(history_.Select(Page(1, 10, kUsd)).total, 3);
  EXPECT_EQ(history_.Select(Page(1, 10, kEur)).total, 0);
  AddCharges(2, "EUR");  // 4 5
  AddCharges(1, "USD");  // 6
  EXPECT_EQ(Values(history_.Select(Page(1, 3, kUsd))), (std::vector<int64_t>{6, 3, 2}));
  EXPECT_EQ(Values(history_.Select(Page(2, 3, kUsd))), (std::vector<int64_t>{1}));
  EXPECT_EQ(Values(history_.Select(Page(1, 3, kEur))), (std::vector<int64_t>{5, 4}));
  EXPECT_EQ(Values(history_.Select(From(ListOrder::kBefore, 6, 9, kUsd))),
            (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(Values(history_.Select(From(ListOrder::kAfter, 3, 9, kUsd))),
            (std::vector<int64_t>{6}));
  EXPECT_EQ(history_.Select(Page(1, 10)).total, 6);
}

TEST_F(HistoryTest, EveryRowOfALongHistoryIsFoundByItsId) {
  constexpr int kCount = 1'000;  // many milestones
  for (int i = 1; i <= kCount; ++i) {
    ++last_;
    Apply(Charged(1, last_, "key-" + std::to_string(last_)));
    Apply(Charged(2, last_, "key-" + std::to_string(last_)));
  }
  for (int i = 1; i <= kCount; ++i) {
    ASSERT_EQ(history_.Find(UserId(1), TransactionId(i))->key, "key-" + std::to_string(i));
    ASSERT_EQ(history_.Find(UserId(1), TransactionId(i))->user, UserId(1));
  }
  EXPECT_FALSE(history_.Find(UserId(1), TransactionId(kCount + 1)));
  EXPECT_FALSE(history_.Find(UserId(1), TransactionId(0)));
  EXPECT_FALSE(history_.Find(UserId(3), TransactionId(1)));
}

TEST_F(HistoryTest, IdsAreFoundInTheOrderTheyAreAskedFor) {
  AddCharges(200);
  for (const std::vector<int64_t>& wanted :
       {std::vector<int64_t>{}, {7}, {200, 199, 198}, {63, 64, 65, 66}, {190, 130, 129, 2, 1}}) {
    std::vector<TransactionId> ids;
    for (const int64_t id : wanted) ids.emplace_back(id);
    const std::vector<Transaction> found = history_.FindAll(UserId(1), ids);
    ASSERT_EQ(found.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(found[i].id, TransactionId(wanted[i]));
  }
}

TEST_F(HistoryTest, ManyKeysAreAllFoundAgain) {
  constexpr int kCount = 20'000;
  for (int i = 1; i <= kCount; ++i) Apply(Charged(i, 1, std::to_string(i * 7)));
  for (int i = 1; i <= kCount; ++i) {
    ASSERT_EQ(ByKey(i, std::to_string(i * 7))->user, UserId(i));
    ASSERT_FALSE(ByKey(i, std::to_string(i * 7 + 1)));
  }
}

}  // namespace
}  // namespace wallet
