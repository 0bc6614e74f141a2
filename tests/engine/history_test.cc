#include "engine/history.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "tests/engine/events.h"
#include "tests/support/currencies.h"
#include "tests/support/manual_executor.h"
#include "wal/base/huge_reserve.h"

namespace wallet {
namespace {

using testing::Charged;
using testing::Moved;
using testing::WithdrawalRequested;

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
    UserSummary& user = users_[event.user];
    if (event.type != EventType::kWithdrawalMoved) {
      if (user.currencies == 0) user = {.currencies = 1, .first_currency = event.currency};
      if (event.currency != user.first_currency) user.currencies = 2;
      user.last = event.id;
    }
    history_.Apply(event, {bytes, kBase}, AfterOf(event.id), user.currencies > 1);
  }
  static Balance AfterOf(TransactionId id) {
    return {Amount(id.value()), Amount(id.value() - 1), Amount(0), Amount(1)};
  }
  std::optional<Transaction> ByKey(int64_t user, std::string_view key) {
    Disk disk;
    return history_.FindByKey(UserId(user), key, history_.KeyHash(UserId(user), key), disk);
  }
  std::optional<Transaction> ById(int64_t user, int64_t id) {
    Disk disk;
    const auto past =
        history_.Find(UserId(user), TransactionId(id), users_[UserId(user)].last, disk);
    if (!past) return std::nullopt;
    EXPECT_EQ(past->after, AfterOf(past->transaction.id));
    return past->transaction;
  }
  History::Selection Select(const ListTransactions& request) {
    Disk disk;
    return history_.Select(request, users_[request.user], disk);
  }

  History history_{KeyHasher({7, 8})};
  std::map<UserId, UserSummary> users_;
  int64_t last_ = 0;
};

TEST_F(HistoryTest, FindsATransactionByItsIdAndByItsKey) {
  AddCharges(3);
  EXPECT_EQ(ById(1, 2)->key, "key-2");
  EXPECT_EQ(ByKey(1, "key-3")->id, TransactionId(3));
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
    EXPECT_FALSE(ById(1, id)) << id;
  }
  EXPECT_FALSE(ById(9, 1));
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
  EXPECT_EQ(ById(1, 1)->substatus, Substatus::kNone);
}

TEST_F(HistoryTest, PagesAreNewestFirstAndEndWithoutANext) {
  AddCharges(5);
  EXPECT_EQ(Values(Select(Page(1, 2))), (std::vector<int64_t>{5, 4}));
  EXPECT_EQ(Select(Page(1, 2)).next, 2);
  EXPECT_EQ(Values(Select(Page(3, 2))), (std::vector<int64_t>{1}));
  EXPECT_EQ(Select(Page(3, 2)).next, std::nullopt);
  EXPECT_EQ(Select(Page(3, 2)).total, 5);
}

TEST_F(HistoryTest, APagePastTheEndIsEmpty) {
  AddCharges(5);
  for (const int64_t page : {int64_t{4}, int64_t{1'000'000}, INT64_MAX}) {
    const auto selection = Select(Page(page, 2));
    EXPECT_TRUE(selection.ids.empty());
    EXPECT_EQ(selection.next, std::nullopt);
    EXPECT_EQ(selection.total, 5);
  }
}

TEST_F(HistoryTest, AUserNeverSeenHasAnEmptyPage) {
  const auto selection = Select(Page(1, 10));
  EXPECT_TRUE(selection.ids.empty());
  EXPECT_EQ(selection.total, 0);
}

TEST_F(HistoryTest, BeforeIdGoesBackAndAfterIdGoesForward) {
  AddCharges(5);
  const auto before = Select(From(ListOrder::kBefore, 4, 2));
  EXPECT_EQ(Values(before), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(before.next, 2);
  EXPECT_EQ(Select(From(ListOrder::kBefore, 2, 2)).next, std::nullopt);

  const auto after = Select(From(ListOrder::kAfter, 0, 2));
  EXPECT_EQ(Values(after), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(after.next, 2);
  EXPECT_EQ(Values(Select(From(ListOrder::kAfter, 4, 2))), (std::vector<int64_t>{5}));
  EXPECT_EQ(Select(From(ListOrder::kAfter, 4, 2)).next, std::nullopt);
}

TEST_F(HistoryTest, ExtremeIdsAreJustPastTheEnds) {
  AddCharges(3);
  EXPECT_EQ(Values(Select(From(ListOrder::kBefore, INT64_MAX, 2))), (std::vector<int64_t>{3, 2}));
  EXPECT_TRUE(Select(From(ListOrder::kBefore, 1, 2)).ids.empty());
  EXPECT_TRUE(Select(From(ListOrder::kAfter, INT64_MAX, 2)).ids.empty());
}

TEST_F(HistoryTest, APageOfOneCurrencyCountsOnlyThatCurrency) {
  AddCharges(3, "USD");  // 1 2 3
  EXPECT_EQ(Select(Page(1, 10, kUsd)).total, 3);
  EXPECT_EQ(Select(Page(1, 10, kEur)).total, 0);
  AddCharges(2, "EUR");  // 4 5
  AddCharges(1, "USD");  // 6
  EXPECT_EQ(Values(Select(Page(1, 3, kUsd))), (std::vector<int64_t>{6, 3, 2}));
  EXPECT_EQ(Values(Select(Page(2, 3, kUsd))), (std::vector<int64_t>{1}));
  EXPECT_EQ(Values(Select(Page(1, 3, kEur))), (std::vector<int64_t>{5, 4}));
  EXPECT_EQ(Values(Select(From(ListOrder::kBefore, 6, 9, kUsd))), (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(Values(Select(From(ListOrder::kAfter, 3, 9, kUsd))), (std::vector<int64_t>{6}));
  EXPECT_EQ(Select(Page(1, 10)).total, 6);
}

TEST_F(HistoryTest, EveryRowOfALongHistoryIsFoundByItsId) {
  constexpr int kCount = 1'000;  // many milestones
  for (int i = 1; i <= kCount; ++i) {
    ++last_;
    Apply(Charged(1, last_, "key-" + std::to_string(last_)));
    Apply(Charged(2, last_, "key-" + std::to_string(last_)));
  }
  for (int i = 1; i <= kCount; ++i) {
    ASSERT_EQ(ById(1, i)->key, "key-" + std::to_string(i));
    ASSERT_EQ(ById(1, i)->user, UserId(1));
  }
  EXPECT_FALSE(ById(1, kCount + 1));
  EXPECT_FALSE(ById(1, 0));
  EXPECT_FALSE(ById(3, 1));
}

TEST_F(HistoryTest, IdsAreFoundInTheOrderTheyAreAskedFor) {
  AddCharges(200);
  for (const std::vector<int64_t>& wanted :
       {std::vector<int64_t>{}, {7}, {200, 199, 198}, {63, 64, 65, 66}, {190, 130, 129, 2, 1}}) {
    std::vector<TransactionId> ids;
    for (const int64_t id : wanted) ids.emplace_back(id);
    Disk disk;
    for (const bool with_balances : {false, true}) {
      std::vector<bool> found(wanted.size());
      const auto visit = [&](size_t place, const PastTransaction& past) {
        found[place] = true;
        EXPECT_EQ(past.transaction.id, ids[place]);
        EXPECT_EQ(past.after, with_balances ? AfterOf(ids[place]) : Balance());
      };
      history_.FindAll(UserId(1), ids, with_balances, disk, visit);
      EXPECT_EQ(found, std::vector<bool>(wanted.size(), true));
    }
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

TEST(GenerationTest, AKeyThatSharesAHashIsAnother) {
  constexpr uint64_t kHash = 42;
  Generation generation;
  const Event event = Charged(1, 1, "one");
  std::string bytes;
  EncodeEvent(event, Instant(0), bytes);
  generation.Create(event, {bytes, Instant(0)}, Balance{}, kHash, false);
  EXPECT_NE(generation.FindByKey(UserId(1), "one", kHash), 0u);
  EXPECT_EQ(generation.FindByKey(UserId(1), "two", kHash), 0u);
  EXPECT_EQ(generation.FindByKey(UserId(2), "one", kHash), 0u);
}

// So that the next one's are there: whatever shard or thread lets go of it.
TEST(GenerationTest, GivesItsMemoryBackToTheReserve) {
  constexpr size_t kReady = 1, kKept = 8;
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const std::unique_ptr<Executor> executor = scheduler.MakeExecutor();
  HugeReserve reserve(kReady, kKept, *executor);
  {
    Generation generation;
    generation.UseReserve(reserve);
    const std::string description(255, 'd');
    for (int i = 1; i <= 20'000; ++i) {  // of 255 bytes and more each: three pages
      const std::string key = std::to_string(i);
      Event event = Charged(i, 1, key);
      event.description = description;
      std::string bytes;
      EncodeEvent(event, Instant(0), bytes);
      generation.Create(event, {bytes, Instant(0)}, Balance{}, static_cast<uint64_t>(i) << 32,
                        false);
    }
    EXPECT_EQ(reserve.size(), 0u);
  }
  EXPECT_GE(reserve.size(), 3u);
}

}  // namespace
}  // namespace wallet
