// The parts that the simulation rests on: what a crash leaves of a log, what arrives over a
// connection, and who runs when.
#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/cable.h"
#include "tests/simulation/core.h"
#include "tests/simulation/sim_log.h"

namespace wallet::simulation {
namespace {

constexpr int kSeeds = 200;

// A log on a disk of its own, in a world with nothing else in it.
class LogWorld {
 public:
  LogWorld(uint64_t seed, LogKnobs knobs) : core(seed, Trace::Words::kNone) {
    core.knobs.log = knobs;
    log = std::make_unique<SimLog>(core, disk, core.random.Fork(), [] {});
  }

  void Append(std::string_view payload) {
    const std::string_view parts[] = {payload};
    log->Append(Position(appended++), 1, parts, [this](absl::Status status) {
      if (status.ok()) ++acknowledged;
      failed |= !status.ok();
    });
  }
  // Ends the process; how many records are left.
  size_t Crash() {
    core.scheduler.KillWallet();
    log->Crash();
    return disk.records.size();
  }
  std::string Payloads() {
    std::string payloads;
    EXPECT_TRUE(log->Read(Position(0),
                          [&](const RecordView& record) {
                            payloads += record.payload;
                            return absl::OkStatus();
                          })
                    .ok());
    return payloads;
  }

  Core core;
  LogDisk disk;
  std::unique_ptr<SimLog> log;
  uint64_t appended = 0;
  size_t acknowledged = 0;
  bool failed = false;
};

TEST(SimLog, ACrashLeavesWhatWasAcknowledgedAndPerhapsMoreWholeAndInOrder) {
  bool more = false, all = false, none = false;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LogWorld world(seed, {.append_us = 100});
    for (const char* payload : {"a", "b", "c", "d"}) world.Append(payload);
    for (uint64_t steps = seed % 5; steps > 0; --steps) world.core.scheduler.Step();
    const size_t left = world.Crash();
    EXPECT_GE(left, world.acknowledged);
    EXPECT_EQ(world.Payloads(), std::string("abcd").substr(0, left));
    more |= left > world.acknowledged;
    all |= left == 4;
    none |= left == 0;
  }
  EXPECT_TRUE(more && all && none);
}

TEST(SimLog, AfterAFailureNothingIsAcknowledgedAndTheRecordMayBeThere) {
  int there = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LogWorld world(seed, {.append_us = 100, .fail = kAlways});
    world.Append("a");
    while (!world.failed) world.core.scheduler.Step();
    world.Append("b");
    EXPECT_EQ(world.acknowledged, 0u);
    EXPECT_EQ(world.log->end(), Position(0));
    there += world.Crash() == 1;
    EXPECT_LE(world.disk.records.size(), 1u);
  }
  EXPECT_GT(there, kSeeds / 4);
  EXPECT_LT(there, kSeeds * 3 / 4);
}

TEST(SimLog, ADamagedRecordIsAlwaysFound) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LogWorld world(seed, {.append_us = 100});
    for (const char* payload : {"a", "b", "c"}) world.Append(payload);
    while (world.core.scheduler.Step()) {
    }
    ASSERT_TRUE(world.log->Rot());
    const auto visit = [](const RecordView&) { return absl::OkStatus(); };
    const absl::Status read = world.log->Read(Position(0), visit);
    // A flipped bit may look like a newer program's version.
    EXPECT_TRUE(absl::IsDataLoss(read) || absl::IsUnimplemented(read)) << "seed " << seed;
  }
}

// Reads what comes as a session does.
class Reader {
 public:
  Reader(Core& core, Executor& io) : core_(core) {
    cable = std::make_shared<Cable>(core, core.random.Fork(), io, Cable::Peer{});
    stream_ = cable->WalletEnd();
    Read();
  }
  void RunUntilIdle() {
    while (core_.scheduler.Step()) {
    }
  }

  std::shared_ptr<Cable> cable;
  std::string read;
  boost::system::error_code end;

 private:
  void Read() {
    stream_->Read(space_, [this](boost::system::error_code error, size_t size) {
      if (error) return void(end = error);
      read.append(space_, size);
      Read();
    });
  }

  Core& core_;
  char space_[16];
  std::unique_ptr<Stream> stream_;
};

TEST(Cable, BytesArriveInOrderBeforeTheEnd) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Core core(seed, Trace::Words::kNone);
    const auto io = core.scheduler.MakeExecutor();
    Reader reader(core, *io);
    std::string sent;
    for (int i = 0; i < 100; ++i) {
      reader.cable->Send(std::to_string(i) + " ");
      sent += std::to_string(i) + " ";
    }
    reader.cable->ShutdownSend();
    reader.RunUntilIdle();
    EXPECT_EQ(reader.read, sent) << "seed " << seed;
    EXPECT_EQ(reader.end, boost::asio::error::eof);
  }
}

TEST(Cable, WhatIsCutLosesItsEndAndIsReset) {
  bool some = false;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Core core(seed, Trace::Words::kNone);
    const auto io = core.scheduler.MakeExecutor();
    Reader reader(core, *io);
    const std::string sent(5'000, 'x');
    reader.cable->Send(sent);
    for (uint64_t steps = seed % 7; steps > 0; --steps) core.scheduler.Step();
    reader.cable->Cut();
    reader.RunUntilIdle();
    EXPECT_LE(reader.read.size(), sent.size());
    some |= !reader.read.empty() && reader.read.size() < sent.size();
    EXPECT_EQ(reader.end, boost::asio::error::connection_reset);
  }
  EXPECT_TRUE(some);
}

TEST(Scheduler, AnActorsTasksRunInTheirOrderAndActorsInAny) {
  bool first = false, second = false;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Core core(seed, Trace::Words::kNone);
    const auto a = core.scheduler.AddActor();
    const auto b = core.scheduler.AddActor();
    std::string order;
    for (const char* task : {"1", "2", "3"}) core.scheduler.Post(a, [&, task] { order += task; });
    core.scheduler.Post(b, [&] { order += "x"; });
    while (core.scheduler.Step()) {
    }
    first |= order.front() == 'x';
    second |= order.back() == 'x';
    std::erase(order, 'x');
    EXPECT_EQ(order, "123");
  }
  EXPECT_TRUE(first && second);
}

TEST(Scheduler, WhatIsDelayedRunsWhenItIsDue) {
  Core core(1, Trace::Words::kNone);
  const auto actor = core.scheduler.AddActor();
  int64_t ran_us = 0;
  core.scheduler.PostAfter(actor, 5'000'000, [&] { ran_us = core.clock.steady_us(); });
  while (core.scheduler.Step()) {
  }
  EXPECT_GE(ran_us, SimClock::kStart + 5'000'000);
  EXPECT_LT(ran_us, SimClock::kStart + 5'001'000);
}

TEST(Scheduler, TasksOfAWalletThatWasKilledNeverRun) {
  Core core(1, Trace::Words::kNone);
  const auto executor = core.scheduler.MakeExecutor();
  bool ran = false;
  executor->Post([&] { ran = true; });
  executor->PostAfter(10, [&] { ran = true; });
  core.scheduler.KillWallet();
  executor->Post([&] { ran = true; });
  EXPECT_FALSE(core.scheduler.Step());
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace wallet::simulation
