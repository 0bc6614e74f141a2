// The machine's clock jumps, while the server runs and between its lives: money is not free early,
// time in the ledger never goes back, and a start on a wrong clock is refused.

#include "wal/base/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "tests/crash/fake_clock_file.h"
#include "tests/crash/trial.h"
#include "tests/crash/unable.h"

namespace wallet::crash {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class ClockJump : public testing::Test {
 protected:
  void SetUp() override {
    auto clock = FakeClockFile::Make(dir_.path() + "/clock");
    if (!clock.ok()) return Unable(clock.status());
    clock_.emplace(*std::move(clock));
  }

  absl::Status Start(std::vector<std::string> flags = {}) {
    client_.reset();
    server_.reset();
    auto server = Walletd::Start(dir_.path() + "/data", flags, clock_->surroundings());
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    client_ = client::Client::Create({.address = server_->binary(), .retry = false});
    return absl::OkStatus();
  }

  void Stop() {
    server_->Terminate();
    ASSERT_EQ(server_->AwaitExit(kPatience), 0) << server_->Logged();
  }

  // When the server says it was.
  Instant Charge(std::optional<Instant> release_at = std::nullopt) {
    const auto answer = client_->Do(client::Charge{.user_id = 1,
                                                   .amount = 10,
                                                   .idempotency_key = absl::StrCat("k", ++keys_),
                                                   .release_at = release_at});
    EXPECT_TRUE(answer.ok()) << ToString(answer.code) << answer.message;
    return answer.ok() ? answer.transaction->created_at : Instant();
  }

  static Instant After(Instant instant, seconds more) {
    return Instant(instant.value() + more.count() * kMicrosPerSecond);
  }

  bool Alarmed() const { return CountOf("ALARM", server_->Logged()) > 0; }

  TempDir dir_;
  std::optional<FakeClockFile> clock_;
  int keys_ = 0;
  std::unique_ptr<Walletd> server_;
  std::unique_ptr<client::Client> client_;
};

TEST_F(ClockJump, ForwardWhileItRunsFreesNothingAndIsAlarmed) {
  ASSERT_TRUE(Start().ok());
  const Instant before = Charge();
  Charge(After(before, minutes(30)));
  clock_->SetOff(hours(1));
  const Instant leapt = Charge();
  EXPECT_LT(leapt, After(before, minutes(30)));
  EXPECT_EQ(client_->GetBalance(1).balance.unreleased, 10);
  EXPECT_TRUE(Alarmed());

  clock_->SetOff(seconds(0));
  EXPECT_GE(Charge(), leapt);
  Stop();
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(client_->GetBalance(1).balance.unreleased, 10);
}

TEST_F(ClockJump, BackWhileItRunsNeverTakesTimeBack) {
  ASSERT_TRUE(Start().ok());
  const Instant before = Charge();
  clock_->SetOff(-hours(1));
  const Instant leapt = Charge();
  EXPECT_GE(leapt, before);
  EXPECT_GE(Charge(), leapt);
  EXPECT_TRUE(Alarmed());
}

TEST_F(ClockJump, OfLessThanAMinuteIsFollowedOrWaitedOut) {
  ASSERT_TRUE(Start().ok());
  const Instant before = Charge();
  clock_->SetOff(seconds(40));
  const Instant ahead = Charge();
  EXPECT_GE(ahead, After(before, seconds(40)));
  clock_->SetOff(seconds(0));
  EXPECT_GE(Charge(), ahead);
  EXPECT_FALSE(Alarmed());
}

TEST_F(ClockJump, BackBetweenTwoLivesIsRefusedUnlessAccepted) {
  ASSERT_TRUE(Start().ok());
  const Instant before = Charge();
  Stop();
  clock_->SetOff(-minutes(10));
  EXPECT_THAT(std::string(Start().message()), HasSubstr("exit code 2,"));
  ASSERT_TRUE(Start({"--accept-clock"}).ok());
  EXPECT_GE(Charge(), before);
}

TEST_F(ClockJump, DaysAheadBetweenTwoLivesIsRefusedUnlessAccepted) {
  ASSERT_TRUE(Start().ok());
  const Instant before = Charge();
  Charge(After(before, hours(40)));
  Stop();
  clock_->SetOff(hours(48));
  EXPECT_THAT(std::string(Start().message()), HasSubstr("exit code 2,"));
  clock_->SetOff(seconds(0));
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(client_->GetBalance(1).balance.unreleased, 10);
  Stop();
  clock_->SetOff(hours(48));
  ASSERT_TRUE(Start({"--accept-clock"}).ok());
  EXPECT_EQ(client_->GetBalance(1).balance.unreleased, 0);
}

}  // namespace
}  // namespace wallet::crash
