#include <algorithm>
#include <vector>

#include "bench/history_bench/measure.h"
#include "engine/payload.h"
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
  Ledger ledger;
  Position from;
  if (absl::Status status = Begin(**directory, **log, ledger, from); !status.ok()) return status;
  uint64_t events = 0;
  const int64_t begun = SystemClock().SteadyMicros();
  const absl::Status status = (*log)->Read(from, [&](const RecordView& record) {
    uint64_t position = record.first.value();
    return ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
      if (position++ <= from.value()) return;
      ledger.Apply(event);
      ++events;
    });
  });
  if (!status.ok()) return status;
  const auto took = static_cast<double>(SystemClock().SteadyMicros() - begun);
  figures.Add("replay.events", static_cast<double>(events), "", "of the log, behind a snapshot");
  figures.Add("replay.rate", static_cast<double>(events) / took * kMicrosPerSecond, "/s",
              "read, checked, decoded, applied, on one thread");
  return absl::OkStatus();
}

}  // namespace wallet::bench
