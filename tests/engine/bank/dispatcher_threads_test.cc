// The dispatcher on real threads, between a shard's and a bank's.

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/bank/dispatcher.h"
#include "engine/bank/sim_bank.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/book_agreement.h"
#include "tests/engine/bank/book_disk.h"
#include "tests/engine/bank/ledger_steps.h"
#include "tests/engine/bank/seeded_random.h"
#include "wal/base/thread_executor.h"

namespace wallet {
namespace {

// A shard: the ledger on a thread of its own, which also takes new withdrawals.
class ShardThread final : public WithdrawalSteps {
 public:
  explicit ShardThread(LedgerDisk& disk) : ledger_(disk, executor_) {}

  // WaitForEnds returns when so many withdrawals have ended or gone to review. Before the first.
  void ExpectEnds(int64_t ends) { ends_left_ = ends; }

  void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) override {
    auto counted = [this, done = std::move(done)](StepResult result) mutable {
      const bool ended = !result.open || result.open->substatus == Substatus::kReview;
      done(std::move(result));
      if (ended && --ends_left_ == 0) reached_.set_value();
    };
    executor_.Post([this, step = std::move(step), counted = std::move(counted)]() mutable {
      ledger_.Take(std::move(step), std::move(counted));
    });
  }

  void Add(Dispatcher& dispatcher, UserId user) {
    executor_.Post(
        [this, &dispatcher, user] { dispatcher.Enqueue(user, ledger_.AddWithdrawal(user)); });
  }

  void WaitForEnds() { reached_.get_future().wait(); }
  void Stop() { executor_.Stop(); }
  // Before the first Take, or stopped.
  std::vector<OpenWithdrawal> OpenOutsideReview() const {
    std::vector<OpenWithdrawal> open = ledger_.Open();
    std::erase_if(open, [](const auto& one) { return one.substatus == Substatus::kReview; });
    return open;
  }

 private:
  int64_t ends_left_ = 0;
  std::promise<void> reached_;
  ThreadExecutor executor_{"shard"};
  LedgerSteps ledger_;
};

// What outlives the wallet's process.
struct Outside {
  explicit Outside(SimBankOptions faults) {
    auto opened = SimBank::Open(faults, "book", book, bank_thread, SystemClock(), random);
    EXPECT_TRUE(opened.ok()) << opened.status();
    bank = *std::move(opened);
  }
  // The wallet must be gone.
  Tally Audit() {
    bank_thread.Stop();
    return ExpectBookAgrees(disk, book.synced);
  }

  LedgerDisk disk;
  BookDisk book;
  SeededRandom random{1};
  ThreadExecutor bank_thread{"sim"};
  std::unique_ptr<SimBank> bank;
};

struct Wallet {
  explicit Wallet(Outside& outside)
      : shard(outside.disk),
        dispatcher({.workers = 16,
                    .call_timeout_us = 20'000,
                    .backoff_us = 500,
                    .epoch = outside.disk.epoch},
                   *outside.bank, shard, places, thread, outside.random) {}

  void Recover() {
    for (const OpenWithdrawal& open : shard.OpenOutsideReview()) {
      places.Adopt();
      dispatcher.Recover(open);
    }
  }
  void Add(UserId user) {
    places.Adopt();
    shard.Add(dispatcher, user);
  }
  void Stop() {
    std::promise<void> stopped;
    dispatcher.Stop(1'000'000, [&] { stopped.set_value(); });
    stopped.get_future().wait();
    EXPECT_EQ(dispatcher.busy(), 0);
    thread.Stop();
    shard.Stop();
    EXPECT_EQ(places.used(), std::ssize(shard.OpenOutsideReview()));
  }

  Places places{1'000'000};
  ThreadExecutor thread{"bank"};
  ShardThread shard;
  Dispatcher dispatcher;
};

constexpr int64_t kWithdrawals = 2000;

TEST(DispatcherThreads, AStopInTheMiddleOfEverythingAndTheStartAfterIt) {
  Outside outside({.latency_us = 100,
                   .decline = 0.1,
                   .time_out = 0.02,
                   .lost_reply = 0.02,
                   .late = 0.02,
                   .not_sent = 0.1});
  {
    Wallet wallet(outside);
    wallet.shard.ExpectEnds(kWithdrawals / 2);
    for (int64_t i = 0; i < kWithdrawals; ++i) wallet.Add(UserId(i % 100 + 1));
    wallet.shard.WaitForEnds();
    wallet.Stop();
  }
  {
    Wallet wallet(outside);
    const int64_t left = std::ssize(wallet.shard.OpenOutsideReview());
    wallet.shard.ExpectEnds(left);
    wallet.Recover();
    if (left > 0) wallet.shard.WaitForEnds();
    wallet.Stop();
    EXPECT_EQ(wallet.places.used(), 0);
  }
  const Tally tally = outside.Audit();
  EXPECT_EQ(tally.completed + tally.failed + tally.in_review, kWithdrawals);
}

TEST(DispatcherThreads, ItsEndWhileTheBankStillAnswers) {
  for (int round = 0; round < 20; ++round) {
    Outside outside({.latency_us = 50});
    {
      Wallet wallet(outside);
      wallet.shard.ExpectEnds(50);
      for (int64_t user = 1; user <= 100; ++user) wallet.Add(UserId(user));
      wallet.shard.WaitForEnds();
      wallet.thread.Stop();
      wallet.shard.Stop();
    }
    outside.Audit();
  }
}

}  // namespace
}  // namespace wallet
