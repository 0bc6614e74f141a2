// A history of which the memory holds but the newest few hundred transactions.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"
#include "tests/e2e/many_writes.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kUser = 7;
constexpr int64_t kMany = 20'000;

class LongHistory : public EitherInterface {
 protected:
  void StartSmall(const char* shards) {
    Start({"--hot-keys", "300", "--shards", shards, "--snapshot-events", "5000"});
  }
  static client::Charge NthCharge(int64_t n) {
    client::Charge charge = ChargeOf(kUser, n, absl::StrCat("k", n));
    if (n % 3 == 0) charge.currency = "EUR";
    return charge;
  }
  // Transaction n charges n cents; every third one is in EUR. Many others come in between.
  void WriteMany() {
    std::vector<client::Charge> charges;
    for (int64_t n = 1; n <= kMany; ++n) {
      charges.push_back(NthCharge(n));
      charges.push_back(ChargeOf(1'000 + n, 5, "k"));
    }
    ASSERT_EQ(WriteAll(server().binary(), charges), 2 * kMany);
  }

  void ExpectAll() {
    const std::unique_ptr<Door> door = Open();
    for (const int64_t newest : {kMany, int64_t{9'000}, int64_t{10}}) {
      const auto page = door->List({.user_id = kUser, .limit = 10, .before_id = newest + 1});
      ASSERT_THAT(page, IsOk());
      ASSERT_EQ(page.transactions.size(), 10u);
      for (int64_t i = 0; i < 10; ++i) {
        EXPECT_EQ(page.transactions[i].id, newest - i);
        EXPECT_EQ(page.transactions[i].amount, newest - i);
      }
    }
    const auto euros = door->List({.user_id = kUser, .currency = "EUR", .limit = 4, .after_id = 3});
    ASSERT_THAT(euros, IsOk());
    EXPECT_EQ(euros.total, kMany / 3);
    EXPECT_EQ(euros.transactions.front().id, 6);
    EXPECT_EQ(euros.transactions.back().id, 15);
    for (const int64_t n : {int64_t{1}, int64_t{2}, kMany / 2, kMany}) {
      const auto again = door->Do(NthCharge(n));
      EXPECT_THAT(again, IsCode(client::Code::kDuplicateRequest));
      ASSERT_TRUE(again.transaction.has_value());
      EXPECT_EQ(again.transaction->id, n);
      EXPECT_EQ(door->GetTransaction(kUser, absl::StrCat("k", n)).transaction->id, n);
      client::Charge other = NthCharge(n);
      ++other.amount;
      EXPECT_THAT(door->Do(other), IsCode(client::Code::kIdempotencyKeyReused));
    }
    EXPECT_EQ(door->GetTransaction(1'000 + 17, 1).transaction->amount, 5);
  }
};

WALLET_ON_EITHER_INTERFACE(LongHistory);

TEST_P(LongHistory, IsThereWhateverHappens) {
  StartSmall("2");
  WriteMany();
  ExpectAll();
  server().Kill();
  StartSmall("3");
  ExpectAll();
  server().Terminate();
  ASSERT_EQ(server().AwaitExit(std::chrono::seconds(30)), 0);
  StartSmall("1");
  ExpectAll();
}

TEST_P(LongHistory, ShowsTheOutcomeOfAWithdrawalWhoseRowIsOld) {
  Start({"--hot-keys", "100", "--bank-sim-latency", "2s"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_THAT(door->Do(ChargeOf(kUser, 1'000, "a")), IsOk());
  ASSERT_THAT(door->Do(WithdrawOf(kUser, 400, "w")), IsOk());
  std::vector<client::Charge> others;
  for (int64_t n = 1; n <= 2'000; ++n) others.push_back(ChargeOf(1'000 + n, 5, "k"));
  ASSERT_EQ(WriteAll(server().binary(), others), 2'000);
  EXPECT_TRUE(server().Eventually([&] {
    const auto page = door->List({.user_id = kUser});
    return page.ok() && page.transactions.front().status == "completed";
  }));
  EXPECT_EQ(door->GetBalance(kUser).balance.total, 600);
}

}  // namespace
}  // namespace wallet::e2e
