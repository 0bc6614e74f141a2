// One user's calls without end, on one connection, as many under way as that allows: with a limit
// for each user, and without.

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "net/client/client.h"
#include "tests/crash/bystander.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet::crash {
namespace {

constexpr int64_t kFlooded = 2;
constexpr int kFrame = 1'000;         // charges in one
constexpr int kFrames = 4;            // under way
constexpr int64_t kUserRate = 1'000;  // the bystander's users ask for far less

// It comes from the machine that the server is on. So that it takes what the server leaves, and not
// the bystander's turn, its threads run only while nobody else wants to (a low priority is not
// enough: the scheduler lets such a thread finish its slice).
class Flood {
 public:
  explicit Flood(std::string address) : address_(std::move(address)) {}

  void Begin() {
    ending_ = false;
    thread_ = std::thread([this] { Run(); });
  }
  // Returns when all that was asked is answered.
  void End() {
    ending_ = true;
    thread_.join();
  }

  int64_t charged() const { return charged_; }
  int64_t refused() const { return refused_; }
  double per_second() const { return static_cast<double>(charged_ + refused_) / seconds_; }

 private:
  void Run() {
    const sched_param none{};
    sched_setscheduler(/*this thread*/ 0, SCHED_IDLE, &none);  // the client's inherit it
    const auto begun = std::chrono::steady_clock::now();
    const auto client = client::Client::Create({.address = address_, .retry = false});
    while (!ending_) {
      room_.acquire();
      std::vector<client::Charge> frame;
      for (int i = 0; i < kFrame; ++i) {
        frame.push_back(
            {.user_id = kFlooded, .amount = 1, .idempotency_key = absl::StrCat("f", ++sent_)});
      }
      client->DoAll(std::move(frame), [this](const std::vector<client::WriteAnswer>& answers) {
        for (const client::WriteAnswer& answer : answers) {
          if (answer.ok()) ++charged_;
          if (answer.code == client::Code::kRateLimited) ++refused_;
        }
        room_.release();
      });
    }
    for (int i = 0; i < kFrames; ++i) room_.acquire();
    room_.release(kFrames);
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  }

  const std::string address_;
  std::atomic<bool> ending_{false};
  std::counting_semaphore<kFrames> room_{kFrames};
  std::atomic<int64_t> charged_{0};
  std::atomic<int64_t> refused_{0};
  int64_t sent_ = 0;
  double seconds_ = 0;
  std::thread thread_;
};

class FloodOfOneUser : public testing::TestWithParam<bool> {
 protected:
  static std::vector<std::string> Flags() {
    std::vector<std::string> flags = {"--log-level=warn"};
    if (GetParam()) flags.push_back(absl::StrCat("--user-rate=", kUserRate));
    return flags;
  }
};

TEST_P(FloodOfOneUser, DoesNotStopTheOthers) {
  const bool limited = GetParam();
  const TempDir dir;
  const auto server = Walletd::Start(dir.path() + "/data", Flags());
  ASSERT_TRUE(server.ok()) << server.status();
  Bystander bystander((*server)->binary());
  Flood flood((*server)->binary());
  Compare(
      bystander, limited ? "a flood of one user, limited" : "a flood of one user",
      [&] { flood.Begin(); }, [&] { flood.End(); });
  std::cout << absl::StrFormat("the flood: %.0f operations a second, %d done, %d refused\n",
                               flood.per_second(), flood.charged(), flood.refused());
  EXPECT_EQ(flood.refused() > 0, limited);

  const auto client = client::Client::Create({.address = (*server)->binary()});
  EXPECT_EQ(client->GetHealth().rate_limited, flood.refused());
  EXPECT_EQ(client->GetBalance(kFlooded).balance.total, flood.charged());
  EXPECT_EQ(ChargesOf(*client), bystander.charges());
  (*server)->Terminate();
  EXPECT_EQ((*server)->AwaitExit(kPatience), 0) << (*server)->Logged();
}

INSTANTIATE_TEST_SUITE_P(All, FloodOfOneUser, testing::Bool(),
                         [](const auto& info) { return info.param ? "Limited" : "Unlimited"; });

}  // namespace
}  // namespace wallet::crash
