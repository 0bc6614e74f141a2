// Dispatcher, ledger and simulated bank with every fault there is, stopped dead at every point.

#include <cstdint>
#include <memory>
#include <string>

#include "engine/bank/dispatcher.h"
#include "engine/bank/sim_bank.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/book_agreement.h"
#include "tests/engine/bank/book_disk.h"
#include "tests/engine/bank/ledger_steps.h"
#include "tests/engine/bank/manual_time.h"
#include "tests/engine/bank/seeded_random.h"

namespace wallet {
namespace {

class World {
 public:
  World(SimBankOptions faults, uint64_t seed) : random(seed), faults_(faults) {
    StartBank();
    StartWallet();
  }

  void Add(UserId user) {
    const TransactionId id = steps->AddWithdrawal(user);
    places->Adopt();
    dispatcher->Enqueue(user, id);
  }

  // Everything the wallet has not made durable is lost, and what the bank has not, if it falls too.
  void Crash(bool bank_too) {
    dispatcher.reset();
    steps.reset();
    if (bank_too) {
      bank.reset();
      book.Crash(random.Next() % 40);
      StartBank();
    }
    StartWallet();
  }

  // Until nothing is left to do; false if it does not end.
  bool RunToTheEnd() {
    for (int i = 0; i < 1'000'000; ++i) {
      if (!time.RunNext()) return true;
    }
    return false;
  }

  void ExpectAtRest() {
    EXPECT_EQ(places->used(), 0);
    EXPECT_EQ(dispatcher->queue_length(), 0);
    EXPECT_EQ(dispatcher->busy(), 0);
    steps->ledger().CheckInvariants();
  }

  ManualTime time;
  SeededRandom random;
  LedgerDisk disk;
  BookDisk book;
  std::unique_ptr<SimBank> bank;
  std::unique_ptr<Places> places;
  std::unique_ptr<LedgerSteps> steps;
  std::unique_ptr<Dispatcher> dispatcher;

 private:
  void StartBank() {
    auto opened = SimBank::Open(faults_, "book", book, time, time, random);
    ASSERT_TRUE(opened.ok()) << opened.status();
    bank = *std::move(opened);
  }

  void StartWallet() {
    places = std::make_unique<Places>(150);
    steps = std::make_unique<LedgerSteps>(disk, time);
    steps->set_delay_us(200);
    dispatcher =
        std::make_unique<Dispatcher>(DispatcherOptions{.workers = 8, .epoch = steps->epoch()},
                                     *bank, *steps, *places, time, random);
    for (const OpenWithdrawal& open : steps->Open()) {
      if (open.substatus != Substatus::kReview) places->Adopt();
      dispatcher->Recover(open);
    }
  }

  const SimBankOptions faults_;
};

struct Faults {
  const char* name;
  SimBankOptions sim;
};

constexpr Faults kFaults[] = {
    {"none", {.latency_us = 1000}},
    {"no latency", {.latency_us = 0}},
    {"declines", {.latency_us = 1000, .decline = 1}},
    {"time-outs", {.latency_us = 1000, .time_out = 0.5}},
    {"nothing answers", {.latency_us = 1000, .time_out = 1}},
    {"lost replies", {.latency_us = 1000, .lost_reply = 1}},
    {"late payments", {.latency_us = 1000, .late = 1}},
    {"never sent", {.latency_us = 1000, .not_sent = 1}},
    {"everything",
     {.latency_us = 1000,
      .decline = 0.2,
      .time_out = 0.2,
      .lost_reply = 0.2,
      .late = 0.2,
      .not_sent = 0.2}},
};

// True if the crash came before the end.
bool CrashAfter(const Faults& faults, uint64_t seed, int tasks, bool bank_too) {
  World world(faults.sim, seed);
  world.Add(UserId(1));
  for (int i = 0; i < tasks; ++i) {
    if (!world.time.RunNext()) return false;
  }
  world.Crash(bank_too);
  EXPECT_TRUE(world.RunToTheEnd());
  world.ExpectAtRest();
  const Tally tally = ExpectBookAgrees(world.disk, world.book.synced);
  EXPECT_EQ(tally.completed + tally.failed + tally.in_review, 1);
  return true;
}

TEST(DispatcherCrash, AtEveryPointOfAWithdrawalsLife) {
  for (const Faults& faults : kFaults) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      for (const bool bank_too : {false, true}) {
        int tasks = 0;
        while (CrashAfter(faults, seed, tasks, bank_too)) ++tasks;
        EXPECT_GT(tasks, 5);
        ASSERT_FALSE(testing::Test::HasFailure())
            << faults.name << ", seed " << seed << ", bank falls: " << bank_too;
      }
    }
  }
}

TEST(DispatcherCrash, WithoutFaultsEveryWithdrawalCompletesWhereverTheCrashIs) {
  for (int tasks = 0;; ++tasks) {
    World world({.latency_us = 1000}, 1);
    world.Add(UserId(1));
    bool ended = false;
    for (int i = 0; i < tasks && !ended; ++i) ended = !world.time.RunNext();
    if (ended) break;
    world.Crash(true);
    ASSERT_TRUE(world.RunToTheEnd());
    EXPECT_EQ(ExpectBookAgrees(world.disk, world.book.synced).completed, 1);
  }
}

// Adds withdrawals, lets time pass, crashes; then lets everything end.
void RunAtRandom(uint64_t seed, Tally& sum) {
  World world({.latency_us = 2000,
               .decline = 0.1,
               .time_out = 0.1,
               .lost_reply = 0.1,
               .late = 0.1,
               .not_sent = 0.1},
              seed);
  int64_t added = 0;
  while (added < 400) {
    const uint64_t dice = world.random.Next() % 1000;
    if (dice < 100) {
      world.Add(UserId(static_cast<int64_t>(world.random.Next() % 50) + 1));
      ++added;
    } else if (dice < 103) {
      world.Crash(dice == 100);
    } else {
      world.time.RunNext();
    }
  }
  ASSERT_TRUE(world.RunToTheEnd());
  world.ExpectAtRest();
  const Tally tally = ExpectBookAgrees(world.disk, world.book.synced);
  EXPECT_EQ(tally.completed + tally.failed + tally.in_review, added);
  sum.completed += tally.completed;
  sum.failed += tally.failed;
  sum.in_review += tally.in_review;
}

TEST(DispatcherCrash, ThousandsOfWithdrawalsWithEveryFaultAndManyCrashes) {
  Tally sum;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    RunAtRandom(seed, sum);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  // Every way to end was taken.
  EXPECT_GT(sum.completed, 1000);
  EXPECT_GT(sum.failed, 100);
  EXPECT_GT(sum.in_review, 0);
}

}  // namespace
}  // namespace wallet
