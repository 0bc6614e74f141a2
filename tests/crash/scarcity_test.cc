// Too little memory, and a disk that takes its time: the server may end, or be slow; what it has
// answered stays.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tests/crash/load.h"
#include "tests/crash/strace.h"
#include "tests/crash/trial.h"
#include "tests/crash/unable.h"

namespace wallet::crash {
namespace {

constexpr int64_t kBatch = 500;
constexpr int64_t kBatchesBefore = 20;  // with memory enough, so that there is something to lose
constexpr int64_t kMostBatches = 400;

// Charges of the longest texts.
void ChargeBatch(Trial& trial, int64_t batch) {
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
}

// No memory beyond what the process has mapped by now.
void AllowNoMore(pid_t process) {
  const rlimit none{};
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    ASSERT_EQ(prlimit(process, resource, &none, nullptr), 0) << std::strerror(errno);
  }
}

TEST(Scarcity, OutOfMemoryLosesNothingThatWasAnswered) {
  Trial trial;
  ASSERT_TRUE(trial.Start().ok());
  int64_t batch = 0;
  while (batch < kBatchesBefore) ChargeBatch(trial, batch++);
  ASSERT_TRUE(trial.client().GetHealth().ok());
  AllowNoMore(trial.server().pid());
  do {
    ASSERT_LT(batch, kMostBatches) << "it had memory enough: nothing is proved";
    ChargeBatch(trial, batch++);
  } while (trial.client().GetHealth().ok());
  EXPECT_NE(trial.End(), 0);
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
