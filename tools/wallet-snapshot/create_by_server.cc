#include <chrono>
#include <cstdio>
#include <thread>

#include "net/client/client.h"
#include "tools/long_work/interrupt.h"
#include "tools/long_work/progress_line.h"
#include "tools/wallet-snapshot/commands.h"
#include "tools/wallet-snapshot/output.h"
#include "wal/base/random.h"

namespace wallet::snapshot_tool {
namespace {

using client::Client;

constexpr std::chrono::milliseconds kPoll{100};

absl::Status ToStatus(const client::Answer& answer) {
  if (answer.code == client::Code::kUnreachable) return absl::UnavailableError(answer.message);
  return absl::FailedPreconditionError(client::ToString(answer.code) + ": " + answer.message);
}

ExitCode TakeSnapshot(Client& server, const Arguments& arguments, const std::atomic<bool>& stop) {
  auto answer = server.BeginSnapshot();
  while (answer.ok() && !answer.ended) {
    if (stop) {
      return Complain(arguments,
                      absl::CancelledError("no longer waiting; the server goes on and keeps the "
                                           "snapshot once it is whole"));
    }
    std::this_thread::sleep_for(kPoll);
    answer = server.GetSnapshot(answer.ticket);
  }
  if (!answer.ok()) return Complain(arguments, ToStatus(answer));
  if (!answer.snapshot) return Complain(arguments, absl::InternalError(answer.error));
  const SnapshotMade made{.position = answer.snapshot->position,
                          .bytes = answer.snapshot->bytes,
                          .created_at = answer.snapshot->created_at};
  std::fputs((arguments.json ? JsonOf(made) : TextOf(made)).c_str(), stdout);
  return kDone;
}

// Until it has ended, or another backup has taken its place.
client::BackupAnswer Follow(Client& server, client::BackupAnswer answer,
                            const std::atomic<bool>& stop) {
  ProgressLine line;
  const uint64_t token = answer.token;
  bool cancelled = false;
  while (answer.ok() && answer.token == token && answer.state == "running") {
    if (answer.total > 0) {
      line.Show(answer.phase, answer.done, answer.total, answer.phase == "log" ? "events" : "B");
    }
    std::this_thread::sleep_for(kPoll);
    const bool cancel = stop && !cancelled;
    cancelled = cancelled || cancel;
    answer = cancel ? server.CancelBackup() : server.GetBackup();
  }
  return answer;
}

ExitCode MakeBackup(Client& server, const Arguments& arguments, const std::atomic<bool>& stop) {
  const uint64_t token = SystemRandom().Next() | 1;
  const auto answer = Follow(
      server,
      server.BeginBackup({.directory = arguments.to, .earlier = arguments.earlier, .token = token}),
      stop);
  if (!answer.ok()) return Complain(arguments, ToStatus(answer));
  if (answer.token != token) {
    return Complain(arguments, absl::AbortedError("the server has begun another backup since, or "
                                                  "was started anew: look whether this one is "
                                                  "there with wallet-snapshot verify"));
  }
  if (answer.state == "cancelled") {
    return Complain(arguments, absl::CancelledError("the backup was cancelled; nothing is left"));
  }
  if (answer.state != "done") return Complain(arguments, absl::InternalError(answer.error));
  const SetMade made{.path = arguments.to,
                     .end = answer.end,
                     .copied_bytes = answer.copied_bytes,
                     .linked_bytes = answer.linked_bytes};
  std::fputs((arguments.json ? JsonOf(made) : TextOf(made)).c_str(), stdout);
  return kDone;
}

}  // namespace

ExitCode CreateByServer(const Arguments& arguments) {
  const std::atomic<bool>& stop = StopOnInterrupt();
  const auto server = Client::Create({.address = arguments.address});
  return arguments.to.empty() ? TakeSnapshot(*server, arguments, stop)
                              : MakeBackup(*server, arguments, stop);
}

}  // namespace wallet::snapshot_tool
