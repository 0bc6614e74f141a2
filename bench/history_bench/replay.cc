#include <memory>
#include <vector>

#include "bench/history_bench/measure.h"
#include "engine/recovery.h"
#include "engine/verify/snapshot_check.h"
#include "wal/base/clock.h"

namespace wallet::bench {
namespace {

// The ledger at `at`, where the log goes on.
absl::Status Begin(const Directory& directory, const Log& log, Ledger& ledger, Position& at) {
  at = log.begin();
  if (at == Position(0)) return absl::OkStatus();
  const auto snapshots = SnapshotCatalog(PosixFileSystem(), directory.snapshots_path()).List();
  if (!snapshots.ok()) return snapshots.status();
  for (const SnapshotFile& file : *snapshots) {
    if (file.position < log.begin()) continue;
    at = file.position;
    return LoadSnapshot(PosixFileSystem(), file, ledger);
  }
  return absl::NotFoundError("there is no snapshot that the log goes back to");
}

}  // namespace

absl::Status MeasureReplay(const std::string& path, Figures& figures) {
  const auto directory =
      Directory::Open({.path = path}, PosixFileSystem(), SystemClock(), SystemRandom(),
                      [](const Directory&) { return absl::OkStatus(); });
  if (!directory.ok()) return directory.status();
  const auto log =
      RocksLog::OpenAtRest(PosixFileSystem(), {.directory = (*directory)->log_path(),
                                               .mark = (*directory)->mark_path(),
                                               .chain_seed = (*directory)->identity().chain_seed});
  if (!log.ok()) return log.status();
  std::vector<std::unique_ptr<ShardState>> states;
  states.push_back(std::make_unique<ShardState>(KeyHasher(NewKeySecret(SystemRandom()))));
  Position from;
  absl::Status status = Begin(**directory, **log, states.front()->ledger, from);
  if (!status.ok()) return status;
  const int64_t begun = SystemClock().SteadyMicros();
  status = Replay(**log, states, {.ledger = from, .history = (*log)->end()},
                  [](Position) { return absl::OkStatus(); });
  if (!status.ok()) return status;
  const auto took = static_cast<double>(SystemClock().SteadyMicros() - begun);
  const auto events = static_cast<double>((*log)->end().value() - from.value());
  figures.Add("replay.events", events, "", "of the log, behind a snapshot");
  figures.Add("replay.rate", events / took * kMicrosPerSecond, "/s",
              "read, checked, decoded, applied, on one thread, as a start does");
  return absl::OkStatus();
}

}  // namespace wallet::bench
