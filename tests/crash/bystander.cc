#include "tests/crash/bystander.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "net/proto/frame.h"
#include "net/proto/wallet.pb.h"
#include "tests/crash/environment.h"
#include "wal/base/absl_view.h"

namespace wallet::crash {
namespace {

// The p99 of a stretch is that of this many calls; before it, some are not counted: what was begun
// or ended is under way in the server yet.
constexpr int kCalls = 1'000;
constexpr int kUncounted = 300;
constexpr int kStretches = 3;

std::string FrameOf(const v1::Operation& operation) {
  v1::Request request;
  *request.add_operations() = operation;
  const std::string body = request.SerializeAsString();
  std::string frame;
  AppendFrameHeader({.body_size = static_cast<uint32_t>(body.size()), .kind = FrameKind::kRequest},
                    frame);
  return frame + body;
}

// The lower one of an even number.
double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2];
}

std::string Range(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return absl::StrFormat("%.0f (%.0f – %.0f)", MedianOf(values), *least, *most);
}

}  // namespace

Bystander::Bystander(const std::string& address) : peer_(address) {
  peer_.Send(Greeting());
  peer_.ReceiveFrame();
}

bool Bystander::Charge() {
  v1::Operation operation;
  v1::Write& charge = *operation.mutable_charge();
  charge.set_user_id(kFirstUser + charges_ % kUsers);
  charge.set_amount(1);
  charge.set_idempotency_key(absl::StrCat("k", ++charges_));
  v1::Response response;
  return peer_.Send(FrameOf(operation)) &&
         response.ParseFromString(peer_.ReceiveFrame().substr(kFrameHeaderBytes)) &&
         response.results_size() == 1 && !response.results(0).has_error();
}

int64_t ChargesOf(client::Client& client) {
  int64_t sum = 0;
  for (int64_t i = 0; i < Bystander::kUsers; ++i) {
    sum += client.GetBalance(Bystander::kFirstUser + i).balance.total;
  }
  return sum;
}

Waits MeasureWaits(Bystander& bystander, int calls) {
  std::vector<double> times;
  for (int i = 0; i < calls; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(bystander.Charge());
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun)
            .count());
  }
  std::sort(times.begin(), times.end());
  return {.p50 = times[times.size() / 2], .p99 = times[times.size() * 99 / 100]};
}

void Compare(Bystander& bystander, std::string_view what, const std::function<void()>& begin,
             const std::function<void()>& end) {
  std::vector<double> without, with, p50_without, p50_with;
  const auto measure = [&](std::vector<double>& p50, std::vector<double>& p99) {
    MeasureWaits(bystander, kUncounted);
    const Waits waits = MeasureWaits(bystander, kCalls);
    p50.push_back(waits.p50);
    p99.push_back(waits.p99);
  };
  const int stretches = static_cast<int>(FromEnvironment("WALLET_CRASH_ROUNDS", kStretches));
  for (int i = 0; i < stretches; ++i) {
    measure(p50_without, without);
    begin();
    measure(p50_with, with);
    end();
  }
  std::cout << absl::StrFormat(
      "others beside %s: p99 %s us, without %s us: %.2f x; p50 %.2f x; %d x %d calls\n",
      ToAbsl(what), Range(with), Range(without), MedianOf(with) / MedianOf(without),
      MedianOf(p50_with) / MedianOf(p50_without), stretches, kCalls);
}

}  // namespace wallet::crash
