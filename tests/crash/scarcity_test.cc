// Too little memory, and a disk that takes its time: the server may end, or be slow; what it has
// answered stays.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/crash/load.h"
#include "tests/crash/strace.h"
#include "tests/crash/trial.h"
#include "tests/crash/unable.h"

namespace wallet::crash {
namespace {

constexpr uint64_t kSpare = uint64_t{24} << 20;  // of memory, beyond what a fresh server has
constexpr int64_t kBatch = 500;
constexpr int64_t kMostBatches = 2'000;

// What the process has mapped, in bytes.
uint64_t MappedBytes(pid_t process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "VmSize:")) return std::stoull(line.substr(7)) << 10;
  }
  return 0;
}

// Charges of the longest texts, until the server is gone.
void ChargeUntilItEnds(Trial& trial) {
  for (int64_t batch = 0; batch < kMostBatches; ++batch) {
    for (int64_t i = 0; i < kBatch; ++i) {
      const client::Charge charge{
          .user_id = kFirstChargeOnlyUser + i % kChargeOnlyUsers,
          .amount = 1,
          .idempotency_key = absl::StrCat(std::string(200, 'k'), batch, "-", i),
          .description = std::string(255, 'd')};
      trial.journal().Sending(charge);
      trial.client().Do(charge, [&trial, charge](const client::WriteAnswer& answer) {
        trial.journal().Ended(charge, answer);
      });
    }
    if (!trial.client().GetHealth().ok()) return;
  }
}

TEST(Scarcity, OutOfMemoryLosesNothingThatWasAnswered) {
  Trial trial;
  ASSERT_TRUE(trial.Start().ok());
  const uint64_t most = MappedBytes(trial.server().pid()) + kSpare;
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  ASSERT_EQ(prlimit(trial.server().pid(), RLIMIT_AS, &limit, nullptr), 0);
  ChargeUntilItEnds(trial);
  EXPECT_NE(trial.End(), 0) << "it had memory enough: nothing is proved";
  trial.Recover();
  EXPECT_EQ(trial.Problems(), "");
}

TEST(Scarcity, ASlowDiskIsOnlySlow) {
  if (const absl::Status status = CanTrace(); !status.ok()) return Unable(status);
  const TempDir temp;
  Trial trial;
  ASSERT_TRUE(trial.Start().ok());
  // 30 ms for each sync of the log, the bank's book and the snapshot.
  std::vector<std::unique_ptr<Trace>> traces;
  const auto threads = ThreadsOf(trial.server().pid());
  for (const char* name : {"committer", "bank-sim", "snapshot"}) {
    auto trace = Trace::Attach(
        threads.at(name), temp.path() + "/" + name,
        Fault{.call = "fdatasync", .from_then_on = true, .effect = "delay_enter=30000"});
    ASSERT_TRUE(trace.ok()) << trace.status();
    traces.push_back(*std::move(trace));
  }
  trial.Work();
  trial.Audit();
  EXPECT_EQ(trial.Stop(), 0);
  traces.clear();
  trial.Recover();
  EXPECT_EQ(trial.Problems(), "");
}

}  // namespace
}  // namespace wallet::crash
