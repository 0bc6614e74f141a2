#include "tests/simulation/world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/backup_maker.h"
#include "tests/simulation/client.h"
#include "tests/simulation/clock_jumper.h"
#include "tests/simulation/follower.h"
#include "tests/simulation/index_rot.h"
#include "tests/simulation/operator.h"
#include "tests/simulation/photographer.h"
#include "tests/simulation/places_probe.h"
#include "tests/simulation/restored_life.h"
#include "tests/simulation/supervisor.h"
#include "tests/simulation/sweep.h"

namespace wallet::simulation {
namespace {

// Everything comes to its end within this, and within so much more for each withdrawal under way:
// a few moves of a few seconds each, one after the other.
constexpr int64_t kMostRestUs = 600 * kSecond;
constexpr int64_t kMostRestPerWithdrawalUs = 20 * kSecond;
// No run comes near it.
constexpr uint64_t kMostSteps = 20'000'000;

}  // namespace

struct World::Parts {
  Parts(uint64_t seed, Trace::Words words)
      : core(seed, words),
        files(core),
        auditor(core, disk, files),
        space(core, files),
        jumper(core),
        alpha(core, auditor.bank_watch(), "alpha"),
        beta(core, auditor.bank_watch(), "beta"),
        banks(core.knobs.bank.two_banks ? std::vector<SimulatedBank*>{&alpha, &beta}
                                        : std::vector<SimulatedBank*>{&alpha}),
        process(core, disk, files, auditor, space, banks, [this] { supervisor.OnFailure(); }),
        supervisor(core, process, auditor, components),
        network(core, process, auditor, space),
        memory(core.knobs.calls),
        operator_(core, network, process, memory, banks),
        probe(core, network, process, banks, auditor.bank_watch()),
        photographer(core, process, files, space),
        follower(core, process, disk, files, auditor),
        sweep(core, network, auditor),
        index_rot(core, files),
        backup_maker(core, process, disk, files, space, auditor) {
    components = {&space,      &jumper,       &alpha,    &beta,  &network,   &operator_,   &probe,
                  &supervisor, &photographer, &follower, &sweep, &index_rot, &backup_maker};
    for (int i = 1; i <= core.knobs.client.clients; ++i) {
      clients.push_back(std::make_unique<Client>(core, network, process.stamps(), memory, i));
      components.push_back(clients.back().get());
    }
    for (const SimulatedBank* bank : banks) auditor.AddBook(bank->book());
  }

  Core core;
  LogDisk disk;
  FileDisk files;
  Auditor auditor;
  std::vector<Component*> components;
  Space space;
  ClockJumper jumper;
  SimulatedBank alpha;
  SimulatedBank beta;
  std::vector<SimulatedBank*> banks;
  Process process;
  Supervisor supervisor;
  Network network;
  Memory memory;
  Operator operator_;
  PlacesProbe probe;
  Photographer photographer;
  Follower follower;
  Sweep sweep;
  IndexRot index_rot;
  BackupMaker backup_maker;
  std::vector<std::unique_ptr<Client>> clients;
};

World::World(RunOptions options) : parts_(std::make_unique<Parts>(options.seed, options.words)) {
  if (options.calls) parts_->memory = Memory(*options.calls);
}
World::~World() = default;

const Trace& World::trace() const { return parts_->core.trace; }
const Knobs& World::knobs() const { return parts_->core.knobs; }

Report World::Run() {
  Suffer();
  Heal();
  Finish();
  const Auditor& auditor = parts_->auditor;
  std::map<std::string, int64_t> outcomes;
  for (const auto& [outcome, count] : auditor.journal().outcomes()) {
    outcomes[std::string(Code(outcome))] = count;
  }
  return {.problem = parts_->core.problems.first(),
          .hash = parts_->core.trace.hash(),
          .simulated_us = parts_->core.clock.steady_us() - SimClock::kStart,
          .steps = static_cast<int64_t>(parts_->core.scheduler.steps()),
          .calls = auditor.journal().calls(),
          .answers = auditor.journal().answers(),
          .bank_calls = auditor.bank_watch().calls(),
          .changes = parts_->follower.pages(),
          .transactions = auditor.ledger().transactions(),
          .withdrawals = auditor.ledger().withdrawals(),
          .crashes = parts_->supervisor.crashes(),
          .stops = parts_->supervisor.stops(),
          .failed_starts = parts_->supervisor.failed_starts(),
          .snapshots = auditor.snapshots(),
          .backups = parts_->backup_maker.backups(),
          .file_failures = parts_->files.Failures(),
          .rots = parts_->files.rots(),
          .outcomes = std::move(outcomes),
          .moves = auditor.ledger().steps()};
}

void World::Step() {
  Core& core = parts_->core;
  if (!core.scheduler.Step()) core.problems.Report({}, "nothing is left to do");
  if (parts_->files.power_is_off()) parts_->supervisor.OnPowerCut();
  if (core.scheduler.steps() > kMostSteps) core.problems.Report({}, "it does not end");
}

void World::Suffer() {
  for (Component* component : parts_->components) component->Begin();
  while (!parts_->core.problems.any() && parts_->memory.calls_left() > 0) Step();
}

void World::Heal() {
  parts_->core.trace.Note("heal", {});
  parts_->core.scheduler.Calm();
  for (Component* component : parts_->components) component->Heal();
  Rest();
  if (parts_->core.problems.any()) return;
  parts_->probe.Run();
  Rest();
}

bool World::AtRest() const {
  for (const Component* component : parts_->components) {
    if (!component->AtRest()) return false;
  }
  return parts_->auditor.ledger().open_withdrawals() == 0 && parts_->auditor.caught_up();
}

void World::Rest() {
  Core& core = parts_->core;
  const int64_t begun_us = core.clock.steady_us();
  const int64_t open = parts_->auditor.ledger().open_withdrawals();
  const int64_t bound_us =
      begun_us + kMostRestUs + core.knobs.bank.slow_us + open * kMostRestPerWithdrawalUs;
  while (!core.problems.any() && !AtRest()) {
    Step();
    if (core.clock.steady_us() < bound_us) continue;
    parts_->auditor.ReportUnfinished();
    core.problems.Report({}, "a call was not answered in the end");
  }
  Pass(kSecond);
}

void World::Pass(int64_t us) {
  const int64_t end_us = parts_->core.clock.steady_us() + us;
  while (!parts_->core.problems.any() && parts_->core.clock.steady_us() < end_us) Step();
}

// A last look, a stop in order, a start that finds the same, and so does who reads it all.
void World::Finish() {
  if (parts_->core.problems.any()) return;
  parts_->auditor.AtRest(parts_->process.engine());
  const int64_t stops = parts_->supervisor.stops();
  parts_->supervisor.Restart();
  Rest();
  if (!parts_->core.problems.any()) parts_->sweep.Run();
  Rest();
  parts_->follower.Compare();
  if (parts_->supervisor.stops() != stops + 1) {
    parts_->core.problems.Report({}, "a stop in healed times did not come to its end");
  }
  if (!parts_->core.problems.any()) LiveOn();
}

// As if the disk had been lost, and all but what was restored of it.
void World::LiveOn() {
  parts_->process.Kill();
  for (Component* component : parts_->components) component->OnEnd();
  RestoredLife(parts_->core, parts_->disk, parts_->process.clock(), parts_->banks, [this] {
    Step();
  }).Run();
}

}  // namespace wallet::simulation
