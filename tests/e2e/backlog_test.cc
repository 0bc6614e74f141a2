// More pending withdrawals than there are places: a restart works them all off.

#include <map>

#include "absl/strings/str_cat.h"
#include "engine/bank/sim_book.h"
#include "tests/e2e/fixture.h"
#include "tests/e2e/many_writes.h"
#include "wal/base/file.h"

namespace wallet::e2e {
namespace {

constexpr int64_t kMany = 100'000;
constexpr int64_t kUsers = 250;
constexpr int64_t kEach = kMany / kUsers;

class Backlog : public ServerTest {
 protected:
  void FillUp() {
    std::vector<client::Charge> charges;
    std::vector<client::Withdraw> withdrawals;
    for (int64_t user = 1; user <= kUsers; ++user) {
      charges.push_back(ChargeOf(user, 10 * kEach + 1, "charge"));
    }
    for (int64_t i = 0; i < kMany; ++i) {
      withdrawals.push_back(WithdrawOf(1 + i % kUsers, 10, absl::StrCat("w", i / kUsers)));
    }
    ASSERT_EQ(WriteAll(server().binary(), charges), kUsers);
    ASSERT_EQ(WriteAll(server().binary(), withdrawals), kMany);
  }

  int64_t Open(Door& door) {
    int64_t open = 0;
    for (const auto& [substatus, count] : door.GetHealth().by_substatus) open += count;
    return open;
  }

  std::map<std::string, int> PaymentsByReference() {
    std::map<std::string, int> payments;
    const auto bytes = PosixFileSystem().ReadFile(data_dir() + "/bank-sim.book");
    if (!bytes.ok()) throw std::runtime_error(bytes.status().ToString());
    const auto book = ReadBook(*bytes);
    if (!book.ok()) throw std::runtime_error(book.status().ToString());
    EXPECT_TRUE(AuditBook(*book).ok()) << AuditBook(*book);
    for (const BookEntry& entry : *book) payments[entry.reference] += entry.mark == BookMark::kPaid;
    return payments;
  }
};

TEST_F(Backlog, OfAHundredThousandIsWorkedOffWithTheDefaultPlacesAfterAKill) {
  Start({"--bank-queue", "100000", "--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  FillUp();
  EXPECT_EQ(Open(*OpenBinary(server().binary())), kMany);
  server().Kill();

  Start({"--bank-sim-latency", "0ms", "--bank-backoff", "10ms"});
  const std::unique_ptr<Door> door = OpenBinary(server().binary());
  EXPECT_EQ(door->GetHealth().queue_capacity, 150);
  // New ones wait until the old ones have left room, and are then accepted like any other.
  bool refused = false;
  client::WriteAnswer late;
  EXPECT_TRUE(server().Eventually([&] {
    late = door->Do(WithdrawOf(1, 1, "late"));
    refused |= late.code == client::Code::kQueueFull;
    return late.ok();
  }));
  EXPECT_TRUE(refused);
  EXPECT_TRUE(server().Eventually([&] { return Open(*door) == 0; }));

  for (int64_t user = 1; user <= kUsers; ++user) {
    const int64_t left = user == 1 ? 0 : 1;
    EXPECT_THAT(door->GetBalance(user).balance, IsBalance(left, left, 0, 0)) << user;
  }
  const std::map<std::string, int> payments = PaymentsByReference();
  EXPECT_EQ(payments.size(), kMany + 1);
  for (const auto& [reference, times] : payments) EXPECT_EQ(times, 1) << reference;
}

TEST_F(Backlog, SurvivesAnOrderlyStopAndAnotherNumberOfShards) {
  Start(
      {"--bank-queue", "5000", "--bank-workers", "4", "--bank-sim-latency", "2s", "--shards", "3"});
  ASSERT_EQ(WriteAll(server().binary(), {ChargeOf(1, 5'000, "c")}), 1);
  std::vector<client::Withdraw> withdrawals;
  for (int i = 0; i < 5'000; ++i) withdrawals.push_back(WithdrawOf(1, 1, absl::StrCat("w", i)));
  ASSERT_EQ(WriteAll(server().binary(), withdrawals), 5'000);
  server().Terminate();
  ASSERT_EQ(server().AwaitExit(std::chrono::seconds(30)), 0);

  Start({"--bank-sim-latency", "0ms", "--bank-backoff", "10ms", "--shards", "1"});
  const std::unique_ptr<Door> door = OpenBinary(server().binary());
  EXPECT_TRUE(server().Eventually([&] { return Open(*door) == 0; }));
  EXPECT_THAT(door->GetBalance(1).balance, IsBalance(0, 0, 0, 0));
  EXPECT_EQ(PaymentsByReference().size(), 5'000);
}

}  // namespace
}  // namespace wallet::e2e
