// Every change of every user, in order: what a client reconciles by.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/fixture.h"
#include "tests/e2e/many_writes.h"
#include "wal/base/clock.h"

namespace wallet::e2e {
namespace {

class Changes : public EitherInterface {
 protected:
  // All there are behind `after`, which moves on, in pages of `limit`.
  std::vector<client::Change> ReadAll(Door& door, std::string& after, int64_t limit) {
    std::vector<client::Change> changes;
    while (true) {
      const client::ChangesAnswer page = door.List({.after = after, .limit = limit});
      EXPECT_THAT(page, IsOk());
      EXPECT_LE(page.changes.size(), static_cast<size_t>(limit));
      changes.insert(changes.end(), page.changes.begin(), page.changes.end());
      if (!page.ok() || page.next == page.end) break;
      EXPECT_EQ(page.next, page.changes.back().position);
      after = page.next;
    }
    return changes;
  }
};

TEST_P(Changes, AWithdrawalIsListedInEachOfItsStates) {
  Start({"--bank-sim-latency", "0ms"});
  const std::unique_ptr<Door> door = Open();
  const client::ChangesAnswer none = door->List(client::ListChanges{});
  ASSERT_THAT(none, IsOk());
  EXPECT_TRUE(none.changes.empty());
  EXPECT_EQ(none.next, none.end);

  client::Charge charge = ChargeOf(7, 500, "c");
  charge.description = "shoes";
  const auto charged = door->Do(charge);
  client::Withdraw withdraw = WithdrawOf(7, 200, "w");
  withdraw.destination = "DE89";
  ASSERT_THAT(door->Do(withdraw), IsOk());
  ASSERT_TRUE(server().Eventually(
      [&] { return door->GetTransaction(7, 2).transaction->status == "completed"; }));

  const client::ChangesAnswer all = door->List({.after = none.next});
  ASSERT_THAT(all, IsOk());
  std::vector<std::string> states;
  for (const client::Change& each : all.changes) states.push_back(each.transaction.substatus);
  EXPECT_THAT(states, testing::ElementsAre("", "queued", "dispatching", "completed"));
  EXPECT_EQ(all.changes[0].position, charged.position);
  EXPECT_EQ(all.changes[0].transaction.description, "shoes");
  for (size_t i = 1; i < all.changes.size(); ++i) {
    EXPECT_EQ(all.changes[i].transaction.destination, "DE89");
    EXPECT_EQ(all.changes[i].transaction.amount, -200);
  }
  EXPECT_EQ(all.next, all.end);
  EXPECT_TRUE(door->List({.after = all.next}).changes.empty());
}

TEST_P(Changes, ReconcilingByThemAloneGivesEveryBalanceAlsoAfterARestart) {
  constexpr int64_t kUsers = 50, kCharges = 2'000;
  Start({"--bank-sim-latency", "1ms", "--bank-workers", "20", "--bank-queue", "1000"});
  const Instant later(SystemClock().Now().value() + 3'600'000'000);
  std::vector<client::Charge> charges;
  for (int64_t i = 0; i < kCharges; ++i) {
    charges.push_back(ChargeOf(1 + i % kUsers, 100 + i, "c" + std::to_string(i)));
    if (i % 7 == 0) charges.back().release_at = later;
  }
  ASSERT_EQ(WriteAll(server().binary(), charges), kCharges);
  std::vector<client::Withdraw> withdrawals;
  for (int64_t i = 0; i < 200; ++i) {
    withdrawals.push_back(WithdrawOf(1 + i % kUsers, 10 + i, "w" + std::to_string(i)));
  }
  ASSERT_EQ(WriteAll(server().binary(), withdrawals), 200);

  std::map<std::pair<int64_t, int64_t>, client::Transaction> known;
  std::string after;
  const auto read_on = [&](Door& door) {
    for (client::Change& each : ReadAll(door, after, 333)) {
      known[{each.transaction.user_id, each.transaction.id}] = std::move(each.transaction);
    }
  };
  read_on(*Open());  // while the bank is paying
  ASSERT_TRUE(server().Eventually([&] { return Open()->GetHealth().queue_length == 0; }));
  server().Kill();
  Start({"--bank-sim-latency", "1ms", "--shards", "5"});
  const std::unique_ptr<Door> door = Open();
  ASSERT_TRUE(server().Eventually([&] {
    int64_t held = 0;
    for (int64_t user = 1; user <= kUsers; ++user) held += door->GetBalance(user).balance.held;
    return held == 0;
  }));
  read_on(*door);

  std::map<int64_t, client::Balance> balances;
  for (const auto& [name, transaction] : known) {
    client::Balance& balance = balances[name.first];
    if (transaction.status == "completed") balance.total += transaction.amount;
    if (transaction.status == "pending") balance.held -= transaction.amount;
    if (transaction.release_at) balance.unreleased += transaction.amount;
  }
  for (int64_t user = 1; user <= kUsers; ++user) {
    const client::Balance& own = balances[user];
    EXPECT_THAT(
        door->GetBalance(user).balance,
        IsBalance(own.total, own.total - own.unreleased - own.held, own.unreleased, own.held))
        << "user " << user;
  }
}

TEST_P(Changes, APositionAheadOfTheLedgerIsRefused) {
  Start();
  const std::unique_ptr<Door> door = Open();
  const auto charged = door->Do(ChargeOf(7, 500, "c"));
  ASSERT_THAT(charged, IsOk());
  const client::ChangesAnswer ahead = door->List({.after = charged.position + "0"});
  EXPECT_THAT(ahead, IsCode(client::Code::kInvalidField));
  EXPECT_EQ(ahead.field, "after");
}

WALLET_ON_EITHER_INTERFACE(Changes);

}  // namespace
}  // namespace wallet::e2e
