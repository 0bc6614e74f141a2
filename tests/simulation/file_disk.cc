#include "tests/simulation/file_disk.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "snapshot/catalog.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet::simulation {
namespace {

constexpr char kData[] = "/data";
// Between two failures, or from a start to the end of the power, this many operations at most.
constexpr int64_t kMostUntilPowerIsOff = 2'000;

}  // namespace

FileDisk::FileDisk(Core& core)
    : core_(core), random_(core.random.Fork()), knobs_(core.knobs.files) {
  WALLET_CHECK(files_.CreateDirectory(kData).ok());
  WALLET_CHECK(files_.CreateDirectory(backups()).ok());
}

void FileDisk::OnStart(Position log_begin) {
  if (random_.Chance(knobs_.rot)) Rot(log_begin);
  failures_at_start_ = Failures();
  Arm();
  if (random_.Chance(knobs_.power)) {
    files_.CrashAt(files_.operations() +
                   static_cast<uint64_t>(random_.LogRange(1, kMostUntilPowerIsOff)));
  }
}

void FileDisk::Arm() {
  fail_at_ = 0;
  if (knobs_.fail > 0) {
    fail_at_ = files_.operations() +
               static_cast<uint64_t>(random_.LogRange(1, std::max<Ppm>(1, kAlways / knobs_.fail)));
  }
  const absl::Status errors[] = {absl::DataLossError("input/output error"),
                                 absl::ResourceExhaustedError("no space left on device"),
                                 absl::InternalError("too many open files")};
  files_.FailAt(fail_at_, errors[random_.Range(0, 2)]);
}

int64_t FileDisk::Failures() {
  if (fail_at_ == 0 || files_.operations() < fail_at_) return failures_;
  ++failures_;
  core_.trace.Note("file failed", {}, {static_cast<int64_t>(fail_at_)});
  Arm();
  return failures_;
}

bool FileDisk::power_is_off() {
  Failures();
  return files_.crashed();
}

void FileDisk::OnDeath() {
  Failures();
  fail_at_ = 0;
  files_.FailAt(0, absl::OkStatus());
  power_is_off_ = files_.crashed();
  if (!power_is_off_) files_.CrashAt(files_.operations() + 1);
}

void FileDisk::OnEnd() {
  // In the middle of an operation, as between two of them, the process alone may die, and leave
  // what was not synced to the power that goes later.
  const bool in_the_middle = std::exchange(power_is_off_, false);
  const bool power = random_.Chance(in_the_middle ? kAlways * 3 / 4 : kAlways / 2);
  core_.trace.Note("disk", {}, {power, static_cast<int64_t>(files_.operations())});
  if (power) return files_.RestartTorn([this] { return random_.Next(); });
  files_.Restart(MemoryFiles::Survives::kEverything);
}

void FileDisk::SetFull(bool full) {
  files_.SetCapacity(full ? std::optional<uint64_t>(0) : std::nullopt);
}

void FileDisk::RotIndex(SimRandom& random) {
  std::vector<std::string> runs;
  for (const std::string& path : files_.Tree()) {
    if (path.starts_with(index() + "/") && path.ends_with(".run")) runs.push_back(path);
  }
  if (runs.empty()) return;
  const std::string& run = random.Pick(runs);
  const size_t size = files_.Get(run).size();
  if (size == 0) return;
  const auto byte = static_cast<size_t>(random.Next() % size);
  core_.trace.Note("rotten index", {}, {static_cast<int64_t>(byte)}, run);
  mends_.push_back(files_.FlipBit(run, byte, static_cast<int>(random.Range(0, 7))));
  ++rots_;
}

void FileDisk::MendIndex() {
  // What was begun before may still say that it failed.
  failures_ += std::ssize(mends_);
  for (const auto& mend : std::exchange(mends_, {})) mend();
}

void FileDisk::Heal() {
  knobs_ = {};
  Arm();
  if (!files_.crashed()) files_.CrashAt(0);
}

std::vector<FileDisk::Content> FileDisk::Contents() const {
  std::vector<Content> contents;
  const std::string prefix = snapshots() + "/";
  for (const std::string& path : files_.Tree()) {
    if (!path.starts_with(prefix)) continue;
    const auto position = ParseSnapshotName(path.substr(prefix.size()));
    if (position) contents.emplace_back(*position, Xxh3(files_.Get(path)));
  }
  return contents;
}

std::set<Position> FileDisk::Sound() const {
  std::set<Position> sound;
  for (const Content& content : Contents()) {
    if (!rotten_.contains(content)) sound.insert(content.first);
  }
  return sound;
}

std::string FileDisk::PathOf(Position snapshot) const {
  return absl::StrCat(snapshots(), "/", SnapshotName(snapshot));
}

void FileDisk::Rot(Position log_begin) {
  const std::vector<Content> contents = Contents();
  if (contents.empty()) return;
  // The newest one is what a start looks at first.
  const bool newest = random_.Chance(kAlways / 2);
  const Content& victim = newest ? contents.back() : random_.Pick(contents);
  const std::set<Position> sound = Sound();
  const auto needed = std::count_if(sound.begin(), sound.end(),
                                    [&](Position position) { return position >= log_begin; });
  if (log_begin > Position(0) && needed < 2) return;
  const std::string before = files_.Get(PathOf(victim.first));
  const std::string after = RotOf(before, files_.Get(PathOf(random_.Pick(contents).first)));
  core_.trace.Note("rotten snapshot", {}, {static_cast<int64_t>(victim.first.value())});
  if (after == before) return;
  ++rots_;
  files_.Put(PathOf(victim.first), after);
  rotten_.emplace(victim.first, Xxh3(after));
}

// Some bits are others, its end is missing, something follows it, or another one is in its place.
std::string FileDisk::RotOf(std::string bytes, const std::string& other) {
  const size_t at = static_cast<size_t>(random_.Next() % std::max<size_t>(1, bytes.size()));
  switch (random_.Range(1, 4)) {
    case 1:
      if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_.Range(0, 7)));
      return bytes;
    case 2:
      return bytes.substr(0, at);
    case 3:
      return bytes + 'x';
    default:
      return other;
  }
}

}  // namespace wallet::simulation
