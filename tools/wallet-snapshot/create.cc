#include <cstdio>

#include "tools/long_work/interrupt.h"
#include "tools/long_work/progress_line.h"
#include "tools/wallet-snapshot/commands.h"
#include "tools/wallet-snapshot/output.h"
#include "tools/wallet-snapshot/resting.h"
#include "wal/base/absl_view.h"

namespace wallet::snapshot_tool {
namespace {

ExitCode TakeSnapshot(const Arguments& arguments, Resting& resting, const std::atomic<bool>& stop) {
  ProgressLine line;
  const auto taken = TakeSnapshotAtRest(
      resting.ForSnapshot(),
      [&](Position at, Position end) { line.Show("replay", at.value(), end.value(), "events"); },
      stop);
  line.End();
  if (!taken.ok()) return Complain(arguments, taken.status());
  return Show(arguments, SnapshotMade{.position = taken->taken.position.value(),
                                      .bytes = taken->taken.bytes,
                                      .created_at = taken->taken.created_at,
                                      .made = taken->made});
}

ExitCode MakeBackup(const Arguments& arguments, Resting& resting, const std::atomic<bool>& stop) {
  ProgressLine line;
  const BackupLedger ledger = resting.ForBackup();
  const auto made =
      CreateBackup(ledger, arguments.to, arguments.earlier, [&](const BackupProgress& progress) {
        line.Show(std::string(ToString(progress.phase)), progress.done, progress.total,
                  progress.phase == BackupPhase::kLog ? "events" : "B");
        return !stop;
      });
  line.End();
  if (!made.ok()) return Complain(arguments, made.status());
  return Show(arguments, SetMade{.path = arguments.to,
                                 .end = made->contents.end.value(),
                                 .copied_bytes = made->report.copied_bytes,
                                 .linked_bytes = made->report.linked_bytes});
}

}  // namespace

ExitCode Complain(const Arguments& arguments, const absl::Status& status) {
  if (arguments.json) std::fputs(ErrorJson(status).c_str(), stdout);
  std::fprintf(stderr, "wallet-snapshot: %s\n", std::string(status.message()).c_str());
  switch (status.code()) {
    case absl::StatusCode::kCancelled:
      return kInterrupted;
    case absl::StatusCode::kUnavailable:
      return kUnreachable;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnimplemented:
      return kDamaged;
    default:
      return kFailed;
  }
}

ExitCode Create(const Arguments& arguments) {
  return arguments.data_dir.empty() ? CreateByServer(arguments) : CreateAtRest(arguments);
}

ExitCode CreateAtRest(const Arguments& arguments) {
  const std::atomic<bool>& stop = StopOnInterrupt();
  const auto resting = Resting::Open(arguments.data_dir);
  if (!resting.ok()) return Complain(arguments, resting.status());
  return arguments.to.empty() ? TakeSnapshot(arguments, **resting, stop)
                              : MakeBackup(arguments, **resting, stop);
}

}  // namespace wallet::snapshot_tool
