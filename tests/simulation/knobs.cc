#include "tests/simulation/knobs.h"

#include "absl/strings/str_cat.h"
#include "wal/base/instant.h"

namespace wallet::simulation {
namespace {

constexpr int64_t kMilli = 1000;

// None at all in two seeds of five.
Ppm Rate(SimRandom& random, Ppm most) {
  return random.Chance(400'000) ? 0 : random.LogRange(std::max<Ppm>(1, most / 64), most);
}

ScheduleKnobs DrawSchedule(SimRandom& random) {
  ScheduleKnobs knobs;
  knobs.task_us = random.LogRange(1, 200);
  knobs.sticky = random.Chance(300'000) ? 800'000 : 0;
  knobs.stall = Rate(random, 3'000);
  knobs.stall_us = random.LogRange(kMilli, 15 * kSecond);
  knobs.starve_for = random.Chance(400'000) ? random.LogRange(4, 200) : 0;
  return knobs;
}

LogKnobs DrawLog(SimRandom& random) {
  LogKnobs knobs;
  knobs.append_us = random.LogRange(10, 5 * kMilli);
  knobs.slow = Rate(random, 50'000);
  knobs.slow_us = random.LogRange(kMilli, 20 * kSecond);
  knobs.fail = Rate(random, 3'000);
  knobs.fence = Rate(random, 500);
  knobs.read_fail = Rate(random, 300'000);
  knobs.rot = Rate(random, 200'000);
  return knobs;
}

BankKnobs DrawBank(SimRandom& random) {
  BankKnobs knobs;
  knobs.latency_us = random.LogRange(kMilli, 500 * kMilli);
  knobs.can_resend = !random.Chance(150'000);
  knobs.two_banks = random.Chance(150'000);
  knobs.decline = Rate(random, 300'000);
  knobs.not_sent = Rate(random, 300'000);
  knobs.request_lost = Rate(random, 300'000);
  knobs.answer_lost = Rate(random, 300'000);
  knobs.answer_garbled = Rate(random, 200'000);
  knobs.slow_request = Rate(random, 400'000);
  knobs.slow_answer = Rate(random, 300'000);
  knobs.twice = knobs.can_resend ? Rate(random, 100'000) : 0;
  knobs.decline_overtaking = Rate(random, kAlways);
  knobs.inquiry_lost = Rate(random, 400'000);
  knobs.slow_us = random.LogRange(kSecond, 60 * kSecond);
  return knobs;
}

ClientKnobs DrawClient(SimRandom& random) {
  ClientKnobs knobs;
  knobs.clients = random.Range(1, 6);
  knobs.users = random.LogRange(1, 31);
  knobs.think_us = random.LogRange(10 * kMilli, 15 * kSecond);
  knobs.batch = random.Chance(400'000) ? random.LogRange(2, 40) : 1;
  knobs.concurrency = random.LogRange(1, 64);
  knobs.network_us = random.LogRange(10, 100 * kMilli);
  knobs.answer_lost = Rate(random, 200'000);
  knobs.impatient = Rate(random, 100'000);
  knobs.repeat = Rate(random, 200'000);
  knobs.reuse = Rate(random, 100'000);
  knobs.deadline = Rate(random, 200'000);
  knobs.huge = Rate(random, 100'000);
  knobs.releases = Rate(random, 800'000);
  knobs.withdrawals = random.Range(100'000, 600'000);
  knobs.reads = random.Range(50'000, 600'000);
  return knobs;
}

StartKnobs DrawStart(SimRandom& random) {
  StartKnobs knobs;
  knobs.most_shards = random.Range(1, 5);
  knobs.most_workers = random.LogRange(1, 8);
  knobs.most_bank_queue = random.LogRange(1, 16) - 1;
  knobs.most_attempts = random.Range(1, 4);
  knobs.call_timeout_us = random.LogRange(500 * kMilli, 10 * kSecond);
  knobs.backoff_us = random.Chance(200'000) ? 0 : random.LogRange(10 * kMilli, 2 * kSecond);
  knobs.tiny_queue = random.Chance(250'000);
  knobs.tiny_segments = random.Chance(500'000);
  return knobs;
}

WireKnobs DrawWire(SimRandom& random) {
  WireKnobs knobs;
  knobs.used = random.Chance(600'000);
  knobs.latency_us = random.LogRange(1, 50 * kMilli);
  knobs.piece = random.LogRange(16, 64 << 10);
  knobs.in_flight = random.LogRange(1, 16);
  if (random.Chance(500'000)) knobs.request_timeout_us = random.LogRange(50 * kMilli, 30 * kSecond);
  knobs.cut = Rate(random, 30'000);
  knobs.half_closed = Rate(random, 20'000);
  knobs.broken = Rate(random, 20'000);
  knobs.stuck = Rate(random, 5'000);
  knobs.stuck_us = random.LogRange(kMilli, 60 * kSecond);
  return knobs;
}

SnapshotKnobs DrawSnapshots(SimRandom& random) {
  SnapshotKnobs knobs;
  knobs.used = random.Chance(800'000);
  knobs.most_events = random.LogRange(1, 500);
  knobs.most_interval_us = random.LogRange(kSecond, 600 * kSecond);
  knobs.most_kept = random.Range(1, 4);
  knobs.slice_bytes = random.LogRange(1, 4096);
  knobs.ask_us = random.Chance(500'000) ? random.LogRange(100 * kMilli, 60 * kSecond) : 0;
  return knobs;
}

}  // namespace

Knobs DrawKnobs(SimRandom& random) {
  Knobs knobs;
  knobs.calls = random.LogRange(100, 3'000);
  knobs.schedule = DrawSchedule(random);
  knobs.log = DrawLog(random);
  knobs.space = {Rate(random, 100'000), random.LogRange(100 * kMilli, 30 * kSecond)};
  knobs.bank = DrawBank(random);
  knobs.client = DrawClient(random);
  knobs.clock = {Rate(random, 200'000), Rate(random, 50'000)};
  knobs.crash = {random.LogRange(500 * kMilli, 300 * kSecond), random.LogRange(1, 20 * kSecond),
                 random.LogRange(1, 50) - 1, Rate(random, 500'000), Rate(random, 300'000)};
  knobs.start = DrawStart(random);
  knobs.wire = DrawWire(random);
  knobs.files = {Rate(random, 50'000), Rate(random, 400'000), Rate(random, 500'000)};
  knobs.index = {random.Chance(850'000), random.LogRange(1, 1'000)};
  knobs.snapshots = DrawSnapshots(random);
  knobs.snapshots.used &= knobs.index.used;
  knobs.archive = {random.Chance(600'000) && knobs.snapshots.used, random.LogRange(256, 64 << 10),
                   random.Range(0, 1)};
  knobs.follow_us = random.LogRange(200 * kMilli, 600 * kSecond);
  knobs.index_rot = Rate(random, 100'000);
  const int64_t backup_us = random.LogRange(2 * kSecond, 600 * kSecond);
  if (random.Chance(500'000) && knobs.index.used) knobs.backup_us = backup_us;
  return knobs;
}

std::string ToString(const Knobs& knobs) {
  return absl::StrCat(
      "calls ", knobs.calls, ", clients ", knobs.client.clients, ", users ", knobs.client.users,
      ", batch ", knobs.client.batch, ", shards ≤ ", knobs.start.most_shards, ", workers ≤ ",
      knobs.start.most_workers, ", crash every ≤ ", knobs.crash.every_us / kMilli, " ms, stall ",
      knobs.schedule.stall, " ppm, append fails ", knobs.log.fail, " ppm, clock leaps ",
      knobs.clock.leap, " ppm, bank ", knobs.bank.can_resend ? "takes" : "does not take",
      " a reference twice", knobs.wire.used ? ", over connections" : "",
      knobs.index.used ? absl::StrCat(", ≤ ", knobs.index.most_hot_keys, " keys in memory") : "",
      knobs.snapshots.used ? absl::StrCat(", a snapshot every ≤ ", knobs.snapshots.most_events,
                                          " events", knobs.archive.used ? ", an archive" : "",
                                          ", files fail ", knobs.files.fail, " ppm")
                           : ", no snapshots",
      knobs.start.tiny_queue ? ", tiny queue" : "",
      knobs.start.tiny_segments ? ", tiny segments" : "");
}

}  // namespace wallet::simulation
