// The orderly end: nothing answered is lost, and late callers are told to come back.

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"
#include "tests/support/http_client.h"

namespace wallet::e2e {
namespace {

constexpr std::chrono::seconds kStopBound{30};

class Shutdown : public ServerTest {};

// Charges of one user, some in flight at any time, until told to stop.
class Stream {
 public:
  Stream(const std::string& address, int64_t user)
      : client_(client::Client::Create({.address = address, .retry = false})), user_(user) {}

  void Start(int in_flight) {
    for (int i = 0; i < in_flight; ++i) Next();
  }
  void AwaitAccepted(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return accepted_.size() >= count; });
  }
  // Ends what is under way; then the keys that were answered as accepted.
  std::set<std::string> End() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    client_.reset();
    return accepted_;
  }

 private:
  void Next() {
    std::lock_guard lock(mutex_);
    if (stopped_) return;
    const std::string key = absl::StrCat("k", ++sent_);
    client_->Do(ChargeOf(user_, 1, key), [this, key](const client::WriteAnswer& answer) {
      if (!answer.ok()) return;
      Accepted(key);
      Next();
    });
  }

  void Accepted(const std::string& key) {
    std::lock_guard lock(mutex_);
    accepted_.insert(key);
    changed_.notify_all();
  }

  std::unique_ptr<client::Client> client_;
  const int64_t user_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> accepted_;
  int sent_ = 0;
  bool stopped_ = false;
};

TEST_F(Shutdown, UnderLoadEndsInOrderAndKeepsEveryAnsweredWrite) {
  Start();
  Stream stream(server().binary(), 7);
  stream.Start(64);
  stream.AwaitAccepted(2'000);
  server().Terminate();
  EXPECT_EQ(server().AwaitExit(kStopBound), 0);
  const std::set<std::string> answered = stream.End();

  Start();
  const std::unique_ptr<Door> door = OpenBinary(server().binary());
  std::set<std::string> there;
  for (std::optional<int64_t> next = 0; next;) {
    const auto page = door->List({.user_id = 7, .limit = 1'000, .after_id = next});
    for (const auto& each : page.transactions) there.insert(each.idempotency_key);
    next = page.next;
  }
  EXPECT_TRUE(std::ranges::includes(there, answered));
  // A stop under order loses no answer either: whatever is there was answered.
  EXPECT_EQ(there.size(), answered.size());
  EXPECT_EQ(door->GetBalance(7).balance.total, static_cast<int64_t>(there.size()));
}

TEST_F(Shutdown, LateCallersAreToldToComeBackAndAnInterruptedBankCallIsAskedAbout) {
  // A bank call that does not end keeps the server stopping for its whole grace.
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  HttpClient http(server().http());
  std::unique_ptr<Door> door = OpenBinary(server().binary());
  ASSERT_THAT(door->Do(ChargeOf(7, 500, "charge")), IsOk());
  ASSERT_THAT(door->Do(WithdrawOf(7, 100, "withdraw")), IsOk());
  ASSERT_TRUE(server().Eventually(
      [&] { return door->GetTransaction(7, 2).transaction->substatus == "dispatching"; }));
  ASSERT_EQ(http.Get("/health").body.at("status"), "ok");

  server().Terminate();
  client::WriteAnswer late;
  int accepted = 0;
  EXPECT_TRUE(server().Eventually([&] {
    late = door->Do(ChargeOf(7, 1, absl::StrCat("late-", accepted)));
    accepted += late.ok();
    return !late.ok();
  }));
  EXPECT_THAT(late, IsCode(client::Code::kShuttingDown));
  const HttpAnswer refused =
      http.Post("/charge", R"({"user_id":7,"amount":1,"idempotency_key":"http"})");
  EXPECT_EQ(refused.status, 503) << refused.text;
  EXPECT_EQ(refused.ErrorCode(), "shutting_down");
  EXPECT_GE(std::stoi(refused.Header("retry-after")), 1);
  EXPECT_EQ(server().AwaitExit(kStopBound), 0);

  Start({"--bank-sim-latency", "0ms", "--bank-backoff", "10ms"});
  door = OpenBinary(server().binary());
  EXPECT_TRUE(server().Eventually(
      [&] { return door->GetTransaction(7, 2).transaction->status == "completed"; }));
  EXPECT_THAT(door->GetTransaction(7, "http"), IsCode(client::Code::kTransactionNotFound));
  EXPECT_EQ(door->GetBalance(7).balance.total, 500 - 100 + accepted);
}

TEST_F(Shutdown, HealthSaysStoppingAndABankCallMayEnd) {
  Start({"--bank-sim-latency", "3s"});
  HttpClient http(server().http());
  std::unique_ptr<Door> door = OpenBinary(server().binary());
  ASSERT_THAT(door->Do(ChargeOf(7, 500, "charge")), IsOk());
  ASSERT_THAT(door->Do(WithdrawOf(7, 100, "withdraw")), IsOk());
  ASSERT_TRUE(server().Eventually(
      [&] { return door->GetTransaction(7, 2).transaction->substatus == "dispatching"; }));
  ASSERT_EQ(http.Get("/health").status, 200);

  server().Terminate();
  HttpAnswer health;
  EXPECT_TRUE(server().Eventually([&] {
    health = http.Get("/health");
    return health.status != 200;
  }));
  EXPECT_EQ(health.status, 503) << health.text;
  EXPECT_EQ(health.body.at("status"), "stopping");
  EXPECT_GE(std::stoi(health.Header("retry-after")), 1);
  EXPECT_EQ(server().AwaitExit(kStopBound), 0);

  // Started with a bank that would decline it now: the answer of before the stop was recorded.
  Start({"--bank-sim-decline", "1"});
  EXPECT_EQ(OpenBinary(server().binary())->GetTransaction(7, 2).transaction->status, "completed");
}

TEST_F(Shutdown, AnIdleServerEndsAtOnceWithConnectionsOpen) {
  Start();
  HttpClient http(server().http());
  ASSERT_EQ(http.Get("/health").status, 200);
  const std::unique_ptr<Door> binary = OpenBinary(server().binary());
  ASSERT_THAT(binary->GetHealth(), IsOk());
  server().Terminate();
  EXPECT_EQ(server().AwaitExit(kStopBound), 0);
}

}  // namespace
}  // namespace wallet::e2e
