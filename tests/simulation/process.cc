#include "tests/simulation/process.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/limits.h"
#include "tests/simulation/unstamped_executor.h"

namespace wallet::simulation {
namespace {

// A replay writes the index whenever the memory is full, and merges nothing meanwhile: each run
// beyond these costs time and shows nothing new.
constexpr int64_t kMostGenerationsOfAReplay = 32;

}  // namespace

Process::Process(Core& core, LogDisk& disk, FileDisk& files, Auditor& auditor, const Space& space,
                 std::vector<SimulatedBank*> banks, std::function<void()> on_failure)
    : core_(core),
      disk_(disk),
      files_(files),
      auditor_(auditor),
      space_(space),
      banks_(std::move(banks)),
      on_failure_(std::move(on_failure)),
      random_(core.random.Fork()),
      engine_random_(core.random.Fork()),
      stamps_(core.clock),
      clock_(core.clock, stamps_) {
  core_.clock.OnJump([this] { stamps_.OnJump(); });
}

Process::~Process() {
  core_.scheduler.KillWallet();
  engine_.reset();
}

absl::Status Process::Start(bool accept_clock) {
  log_ = std::make_unique<SimLog>(core_, disk_, random_.Fork(), [this] { auditor_.OnDurable(); });
  if (healed_) log_->Heal();
  const LogKnobs& knobs = core_.knobs.log;
  rotten_ = !healed_ && random_.Chance(knobs.rot) && log_->Rot();
  if (!healed_ && !rotten_ && random_.Chance(knobs.read_fail)) {
    log_->FailReadAfter(random_.Range(0, static_cast<int64_t>(disk_.records.size())));
  }
  EngineOptions options = DrawOptions();
  options.accept_clock = accept_clock;
  places_ = options.dispatcher.workers + options.bank_queue;
  files_.OnStart(disk_.begin);
  if (absl::Status status = OpenIndex(); !status.ok()) return status;
  if (absl::Status status = OpenArchive(); !status.ok()) return status;
  const std::set<Position> sound = files_.Sound();
  auto opened = Engine::Open(options, MakeEnvironment());
  if (!opened.ok()) return opened.status();
  engine_ = *std::move(opened);
  if (files_.power_is_off()) return absl::UnavailableError("the power went during the start");
  if (!options.snapshots.directory.empty()) CheckSnapshot(sound);
  log_->Serve();
  stamps_.Restart(auditor_.ledger().last_stamp());
  auditor_.OnStart(*engine_);
  return absl::OkStatus();
}

EngineOptions Process::DrawOptions() {
  const StartKnobs& knobs = core_.knobs.start;
  EngineOptions options;
  options.shards = static_cast<int>(random_.Range(1, knobs.most_shards));
  options.default_currency = *Currency::Parse("USD");
  options.epoch = Epoch(7);
  options.bank_queue = random_.Range(0, knobs.most_bank_queue);
  options.dispatcher.workers = random_.Range(1, knobs.most_workers);
  options.dispatcher.max_attempts = static_cast<uint32_t>(random_.Range(1, knobs.most_attempts));
  options.dispatcher.call_timeout_us = knobs.call_timeout_us;
  options.dispatcher.backoff_us = knobs.backoff_us;
  options.hot_keys = std::max(random_.LogRange(1, core_.knobs.index.most_hot_keys),
                              static_cast<int64_t>(log_->end().value() - log_->begin().value()) /
                                  kMostGenerationsOfAReplay);
  options.snapshots = DrawSnapshots();
  if (knobs.tiny_queue) options.shard_queue_operations = random_.LogRange(1, 32);
  if (knobs.tiny_segments) {
    options.segment_bytes = static_cast<size_t>(random_.LogRange(1, 400));
    options.segment_results = static_cast<size_t>(random_.LogRange(1, 16));
    options.record_bytes = MaxSegmentPayloadBytes(options.segment_bytes);
  }
  return options;
}

SnapshotterOptions Process::DrawSnapshots() {
  const SnapshotKnobs& knobs = core_.knobs.snapshots;
  SnapshotterOptions options;
  if (!knobs.used) return options;
  options.directory = files_.snapshots();
  options.events = static_cast<uint64_t>(random_.LogRange(1, knobs.most_events));
  options.interval_us = random_.LogRange(1, knobs.most_interval_us);
  options.keep = static_cast<size_t>(random_.Range(1, knobs.most_kept));
  options.slice_bytes = static_cast<size_t>(knobs.slice_bytes);
  return options;
}

absl::Status Process::OpenIndex() {
  if (!core_.knobs.index.used) return absl::OkStatus();
  auto index = OpenOrCreateIndex(files_.files(), files_.index(), disk_.begin, engine_random_);
  if (index.ok()) index_ = *std::move(index);
  return index.status();
}

absl::Status Process::OpenArchive() {
  const ArchiveKnobs& knobs = core_.knobs.archive;
  if (!knobs.used) return absl::OkStatus();
  auto archive =
      ArchiveWriter::Open(files_.files(), files_.archive(), disk_.genesis,
                          {.segment_bytes = static_cast<uint64_t>(knobs.segment_bytes),
                           .compression_level = static_cast<int>(knobs.compression_level)});
  if (archive.ok()) archive_ = *std::move(archive);
  return archive.status();
}

// What is let go of no start may need.
void Process::OnTrim(const LogTrimmed& trimmed) {
  core_.trace.Note("trimmed", {}, {static_cast<int64_t>(trimmed.to.value())});
  const bool archived = !archive_ || (trimmed.archived && trimmed.to <= *trimmed.archived);
  const std::set<Position> sound = files_.Sound();
  if (archived && trimmed.to <= index_->position() && !sound.empty() &&
      trimmed.to <= *sound.rbegin())
    return;
  core_.problems.Report({}, absl::StrCat("the log was trimmed to ", trimmed.to.value(),
                                         ", and what was in it is nowhere else"));
}

// The newest sound one, unless the disk kept it from being read: then an older one, or none.
void Process::CheckSnapshot(const std::set<Position>& sound) {
  const auto& snapshot = engine_->recovery().snapshot;
  core_.trace.Note("begins from", {},
                   {snapshot ? static_cast<int64_t>(snapshot->position.value()) : -1});
  const bool is_sound = snapshot ? sound.contains(snapshot->position) : sound.empty();
  const bool newest = !snapshot || snapshot->position == *sound.rbegin();
  if (is_sound && newest) return;
  if (files_.Disturbed() && (!snapshot || is_sound)) return;
  core_.problems.Report({}, "a start did not begin from the newest snapshot that is sound");
}

std::unique_ptr<Executor> Process::MakeExecutor(const std::string& name) {
  auto executor = core_.scheduler.MakeExecutor();
  if (name.starts_with("shard")) return executor;
  return std::make_unique<UnstampedExecutor>(std::move(executor), clock_);
}

EngineEnvironment Process::MakeEnvironment() {
  EngineEnvironment environment;
  environment.files = &files_.files();
  environment.index = index_.get();
  environment.archive = archive_.get();
  environment.on_trim = [this](const LogTrimmed& trimmed) { OnTrim(trimmed); };
  environment.on_snapshot = [this](const SnapshotTaken& taken) { auditor_.OnSnapshot(taken); };
  environment.log = log_.get();
  environment.clock = &clock_;
  environment.random = &engine_random_;
  environment.bank = random_.Pick(banks_);
  environment.make_executor = [this](const std::string& name) { return MakeExecutor(name); };
  environment.storage_full = [this] { return space_.full(); };
  environment.on_failure = [this](absl::Status) { on_failure_(); };
  environment.on_alarm = [this](std::string text) { core_.trace.Note("alarm", {}, {}, text); };
  return environment;
}

void Process::Kill() {
  core_.scheduler.KillWallet();
  files_.OnDeath();
  if (log_) log_->Crash();
  engine_.reset();
  archive_.reset();
  index_.reset();
  log_.reset();
  files_.OnEnd();
}

void Process::BeginStop(int64_t grace_us, std::function<void()> done) {
  engine_->BeginStop(grace_us, std::move(done));
}

void Process::EndStop() {
  auditor_.OnStopped(*engine_);
  engine_.reset();
  files_.OnDeath();
  core_.scheduler.KillWallet();
  archive_.reset();
  index_.reset();
  log_.reset();
  files_.OnEnd();
}

void Process::Heal() {
  healed_ = true;
  files_.Heal();
  if (log_) log_->Heal();
}

}  // namespace wallet::simulation
