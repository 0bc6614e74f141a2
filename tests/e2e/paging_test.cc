// A user with very many transactions: every page is right, whichever way one walks.

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"
#include "tests/e2e/many_writes.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kUser = 7;
constexpr int64_t kMany = 100'000;

std::vector<int64_t> Ids(const client::PageAnswer& page) {
  std::vector<int64_t> ids;
  for (const client::Transaction& each : page.transactions) ids.push_back(each.id);
  return ids;
}

// first, first + step … (count of them)
std::vector<int64_t> Range(int64_t first, int64_t step, int64_t count) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < count; ++i) ids.push_back(first + i * step);
  return ids;
}

class Paging : public EitherInterface {
 protected:
  // Transaction n charges n cents; every third one is in EUR.
  void StartWithManyCharges() {
    Start();
    std::vector<client::Charge> charges;
    for (int64_t i = 1; i <= kMany; ++i) {
      charges.push_back(ChargeOf(kUser, i, absl::StrCat("k", i)));
      if (i % 3 == 0) charges.back().currency = "EUR";
    }
    ASSERT_EQ(WriteAll(server().binary(), charges), kMany);
  }
};

TEST_P(Paging, TheFirstTheMiddleAndTheLastPageAreRight) {
  StartWithManyCharges();
  const std::unique_ptr<Door> door = Open();
  const auto page = [&](int64_t number, int64_t limit) {
    return door->List({.user_id = kUser, .page = number, .limit = limit});
  };

  const auto first = page(1, 10);
  EXPECT_EQ(first.total, kMany);
  EXPECT_EQ(Ids(first), Range(kMany, -1, 10));
  EXPECT_EQ(first.next, 2);
  EXPECT_EQ(first.transactions.front().amount, kMany);

  EXPECT_EQ(Ids(page(5'001, 10)), Range(50'000, -1, 10));
  EXPECT_EQ(Ids(page(34, 1'000)), Range(67'000, -1, 1'000));

  const auto last = page(10'000, 10);
  EXPECT_EQ(Ids(last), Range(10, -1, 10));
  EXPECT_EQ(last.next, std::nullopt);
  const auto uneven = page(14'286, 7);
  EXPECT_EQ(Ids(uneven), Range(5, -1, 5));
  EXPECT_EQ(uneven.next, std::nullopt);

  for (const int64_t past : {int64_t{10'001}, INT64_MAX / 1'000}) {
    const auto empty = page(past, 10);
    EXPECT_THAT(empty, IsOk()) << past;
    EXPECT_THAT(empty.transactions, testing::IsEmpty()) << past;
    EXPECT_EQ(empty.next, std::nullopt) << past;
    EXPECT_EQ(empty.total, kMany) << past;
  }
}

TEST_P(Paging, BeforeIdWalksBackFromAnyPlace) {
  StartWithManyCharges();
  const std::unique_ptr<Door> door = Open();
  const auto before = [&](int64_t id) {
    return door->List({.user_id = kUser, .limit = 10, .before_id = id});
  };

  EXPECT_EQ(Ids(before(INT64_MAX)), Range(kMany, -1, 10));
  EXPECT_EQ(before(INT64_MAX).next, kMany - 9);
  EXPECT_EQ(Ids(before(kMany - 9)), Range(kMany - 10, -1, 10));
  EXPECT_EQ(Ids(before(50'000)), Range(49'999, -1, 10));
  EXPECT_EQ(Ids(before(11)), Range(10, -1, 10));
  EXPECT_EQ(before(11).next, std::nullopt);
  EXPECT_EQ(Ids(before(1)), Range(0, 0, 0));
  EXPECT_EQ(before(1).next, std::nullopt);
}

TEST_P(Paging, AfterIdWalksForwardFromAnyPlace) {
  StartWithManyCharges();
  const std::unique_ptr<Door> door = Open();
  const auto after = [&](int64_t id) {
    return door->List({.user_id = kUser, .limit = 10, .after_id = id});
  };

  EXPECT_EQ(Ids(after(0)), Range(1, 1, 10));
  EXPECT_EQ(after(0).next, 10);
  EXPECT_EQ(Ids(after(50'000)), Range(50'001, 1, 10));
  EXPECT_EQ(Ids(after(kMany - 10)), Range(kMany - 9, 1, 10));
  EXPECT_EQ(after(kMany - 10).next, std::nullopt);
  EXPECT_EQ(Ids(after(kMany)), Range(0, 0, 0));
  EXPECT_EQ(Ids(after(INT64_MAX)), Range(0, 0, 0));
  EXPECT_EQ(after(INT64_MAX).next, std::nullopt);
}

TEST_P(Paging, AWholeWalkMeetsEveryTransactionOnce) {
  StartWithManyCharges();
  const std::unique_ptr<Door> door = Open();
  std::vector<int64_t> forward, backward, by_page;
  client::ListTransactions request{.user_id = kUser, .limit = 1'000};

  for (std::optional<int64_t> next = 0; next;) {
    request.after_id = next;
    const auto page = door->List(request);
    std::ranges::copy(Ids(page), std::back_inserter(forward));
    next = page.next;
  }
  request.after_id.reset();
  for (std::optional<int64_t> next = INT64_MAX; next;) {
    request.before_id = next;
    const auto page = door->List(request);
    std::ranges::copy(Ids(page), std::back_inserter(backward));
    next = page.next;
  }
  request.before_id.reset();
  for (std::optional<int64_t> next = 1; next;) {
    request.page = next;
    const auto page = door->List(request);
    std::ranges::copy(Ids(page), std::back_inserter(by_page));
    next = page.next;
  }

  EXPECT_EQ(forward, Range(1, 1, kMany));
  EXPECT_EQ(backward, Range(kMany, -1, kMany));
  EXPECT_EQ(by_page, backward);
}

TEST_P(Paging, OneCurrencyIsPagedByItself) {
  StartWithManyCharges();
  const std::unique_ptr<Door> door = Open();
  const auto list = [&](client::ListTransactions request) {
    request.user_id = kUser;
    request.currency = "EUR";
    return door->List(request);
  };

  EXPECT_EQ(list({}).total, kMany / 3);
  EXPECT_EQ(Ids(list({.page = 1, .limit = 4})), Range(99'999, -3, 4));
  EXPECT_EQ(Ids(list({.page = 5'000, .limit = 4})), Range(99'999 - 3 * 4 * 4'999, -3, 4));
  EXPECT_EQ(Ids(list({.limit = 4, .before_id = 50'000})), Range(49'998, -3, 4));
  EXPECT_EQ(Ids(list({.limit = 4, .after_id = 50'000})), Range(50'001, 3, 4));
  EXPECT_EQ(door->GetBalance(kUser, "EUR").balance.total, 3 * 33'333LL * 33'334 / 2);
}

TEST_P(Paging, APageByIdStandsStillUnderNewWrites) {
  Start();
  const std::unique_ptr<Door> door = Open();
  for (int i = 1; i <= 30; ++i) {
    ASSERT_THAT(door->Do(ChargeOf(kUser, 1, absl::StrCat("k", i))), IsOk());
  }
  const auto first = door->List({.user_id = kUser});
  for (int i = 31; i <= 47; ++i) {
    ASSERT_THAT(door->Do(ChargeOf(kUser, 1, absl::StrCat("k", i))), IsOk());
  }

  EXPECT_EQ(Ids(first), Range(30, -1, 10));
  EXPECT_EQ(Ids(door->List({.user_id = kUser, .before_id = Ids(first).back()})), Range(20, -1, 10));
}

TEST_P(Paging, AUserNeverSeenHasZerosAndAnEmptyList) {
  Start();
  const std::unique_ptr<Door> door = Open();
  const auto list = door->List({.user_id = INT64_MAX});
  EXPECT_THAT(list, IsOk());
  EXPECT_EQ(list.total, 0);
  EXPECT_EQ(list.next, std::nullopt);
  EXPECT_THAT(list.transactions, testing::IsEmpty());
  const auto balance = door->GetBalance(INT64_MAX);
  EXPECT_THAT(balance, IsOk());
  EXPECT_THAT(balance.balance, IsBalance(0, 0, 0, 0));
}

WALLET_ON_EITHER_INTERFACE(Paging);

}  // namespace
}  // namespace wallet::e2e
