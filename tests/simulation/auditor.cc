#include "tests/simulation/auditor.h"

#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/answer_check.h"
#include "tests/simulation/archive_check.h"
#include "tests/simulation/recovered.h"

namespace wallet::simulation {
namespace {

constexpr int kMostReplayShards = 7;

}  // namespace

Auditor::Auditor(Core& core, LogDisk& disk, FileDisk& files)
    : core_(core),
      disk_(disk),
      files_(files),
      random_(core.random.Fork()),
      reader_(disk),
      banks_(core.clock, core.problems),
      ledger_(journal_, core.problems, [this](const Fact& fact, const std::string& from) {
        return banks_.Evidence(fact, from);
      }) {}

void Auditor::OnDurable() {
  std::vector<Fact> facts;
  const absl::Status status = reader_.ReadNew(facts);
  if (!status.ok()) core_.problems.Report({}, status.ToString());
  for (Fact& fact : facts) {
    core_.trace.Note("durable", {fact.user, fact.id}, {static_cast<int64_t>(fact.position)},
                     fact.created ? fact.request.key : fact.move.to);
    banks_.OnDurable(fact);
    ledger_.Add(std::move(fact));
  }
}

Sent& Auditor::OnSend(Sent sent) {
  sent.file_failures = files_.Failures();
  return journal_.Add(std::move(sent));
}

void Auditor::OnAnswer(Sent& sent) {
  journal_.Answered(sent);
  core_.trace.Note("answer", SubjectOf(sent),
                   {sent.number, static_cast<int64_t>(sent.answer.outcome),
                    static_cast<int64_t>(sent.answer.position),
                    sent.answer.balance ? sent.answer.balance->withdrawable : -1});
  ledger_.OnAnswer(sent, disk_.end().value());
  if (sent.answer.outcome == Outcome::kInternal && !files_.MayFail(sent.file_failures)) {
    core_.problems.Report(SubjectOf(sent), "internal, but no disk has failed");
  }
  if (sent.answer.outcome == Outcome::kQueueFull) CheckQueueFull(sent);
  if (sent.deadline_us < sent.sent_us && SpeaksOfState(sent.answer.outcome)) {
    core_.problems.Report(SubjectOf(sent), "executed although its deadline had passed");
  }
  ledger_.AdvanceTo(journal_.LowestToCome());
}

// A withdrawal gives its place back when the dispatcher has heard that its end is durable; stalls
// and queues on the way are allowed for.
void Auditor::CheckQueueFull(const Sent& sent) {
  const int64_t slack_us = 4 * core_.knobs.schedule.stall_us + kMicrosPerSecond;
  const int64_t held = banks_.PlacesHeldSince(sent.sent_us - slack_us) + journal_.open_withdraws();
  if (held >= sent.places) return;
  core_.problems.Report(SubjectOf(sent), absl::StrCat("queue_full, but at most ", held, " of ",
                                                      sent.places, " places can be taken"));
}

void Auditor::OnEnd() {
  journal_.EndLife(disk_.end().value());
  OnDurable();
  ledger_.AdvanceTo(disk_.end().value());
  banks_.CheckBooks(books_);
  if (core_.problems.any()) return;
  Replay();
  if (live_ && *live_ != digest_) {
    core_.problems.Report({}, "a replay has another digest than what was stopped");
  }
  live_.reset();
  ReplayFromSnapshot();
  if (core_.knobs.archive.used && !core_.problems.any()) ReadArchive();
}

void Auditor::Replay() {
  if (std::exchange(replayed_, disk_.end().value()) == disk_.end().value()) return;
  SimLog log(core_, disk_, SimRandom(0), [] {});
  log.ShowWhole();
  const int shards = static_cast<int>(random_.Range(1, kMostReplayShards));
  const std::string wrong = CheckReplay(log, shards, ledger_, journal_, digest_);
  if (!wrong.empty()) core_.problems.Report({}, "after a replay: " + wrong);
}

// Any of those that nobody damaged, not only the one that the next start takes.
void Auditor::ReplayFromSnapshot() {
  const std::set<Position> sound = files_.Sound();
  if (core_.problems.any() || sound.empty()) return;
  const std::vector<Position> positions(sound.begin(), sound.end());
  const Position position = random_.Pick(positions);
  SimLog log(core_, disk_, SimRandom(0), [] {});
  log.ShowWhole();
  const int shards = static_cast<int>(random_.Range(1, kMostReplayShards));
  const auto digest =
      DigestFrom(files_.files(), files_.PathOf(position), log, shards, ledger_.last_stamp());
  if (digest.ok() && *digest == digest_) return;
  core_.problems.Report(
      {}, absl::StrCat(
              "the snapshot at ", position.value(), " and the log behind it: ",
              digest.ok() ? "another digest than the whole log's" : digest.status().ToString()));
}

void Auditor::ReadArchive() {
  SimLog log(core_, disk_, SimRandom(0), [] {});
  const bool whole = random_.Chance(kAlways / 3);
  const std::string wrong = CheckArchive(files_.files(), files_.archive(), log, disk_, whole);
  if (!wrong.empty()) core_.problems.Report({}, wrong);
}

void Auditor::OnSnapshot(const SnapshotTaken& taken) {
  ++snapshots_;
  core_.trace.Note("snapshot", {}, {static_cast<int64_t>(taken.position.value())});
  if (taken.position > disk_.end() || !files_.Sound().contains(taken.position)) {
    core_.problems.Report(
        {}, absl::StrCat("no snapshot could be taken, or is there, at ", taken.position.value()));
  }
}

void Auditor::OnStart(const Engine& engine) {
  const Recovery& recovery = engine.recovery();
  if (recovery.position != disk_.end() || recovery.transactions != ledger_.transactions() ||
      recovery.open_withdrawals != ledger_.open_withdrawals() ||
      recovery.in_review != ledger_.in_review()) {
    core_.problems.Report({}, "recovery counted otherwise");
  }
  if (replayed_ == disk_.end().value() &&
      engine.DigestAt(Instant(ledger_.last_stamp())) != digest_) {
    core_.problems.Report({}, "two recoveries have different digests");
  }
}

void Auditor::OnStopped(const Engine& engine) {
  OnDurable();
  ledger_.AdvanceTo(disk_.end().value());
  live_ = engine.DigestAt(Instant(ledger_.last_stamp()));
}

void Auditor::ReportUnfinished() {
  OnDurable();
  for (const auto& [user, entries] : ledger_.wallet().users()) {
    for (const model::Entry& entry : entries) {
      if (entry.status != "pending") continue;
      core_.problems.Report({user, entry.id}, "never ended: " + ToString(model::See(entry)));
    }
  }
}

void Auditor::AtRest(const Engine& engine) {
  ledger_.AdvanceTo(disk_.end().value());
  banks_.CheckBooks(books_);
  const Health health = engine.GetHealth();
  const int64_t open =
      std::accumulate(std::begin(health.by_substatus), std::end(health.by_substatus), int64_t{0});
  if (health.queue_length != 0 || open != 0 || health.position != disk_.end()) {
    core_.problems.Report({}, "at rest, but health does not say so");
  }
}

}  // namespace wallet::simulation
