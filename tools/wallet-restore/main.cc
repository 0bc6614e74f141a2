// wallet-restore: a ledger as it was at a moment, in a directory of its own.
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <variant>

#include "engine/restore/restore.h"
#include "tools/long_work/interrupt.h"
#include "tools/long_work/progress_line.h"
#include "tools/wallet-restore/options.h"
#include "tools/wallet-restore/report.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

void SayWhatBegins(const RestoreCommand& command) {
  const RestoreOptions& options = command.options;
  std::fprintf(stderr, "%s %s%s%s until %s into %s\n",
               options.dry_run ? "Checking whether to restore" : "Restoring", options.from.c_str(),
               options.archive.empty() ? "" : " with the archive ", options.archive.c_str(),
               command.until_text.empty() ? "its end" : command.until_text.c_str(),
               options.to.c_str());
}

int Run(const RestoreCommand& command) {
  signal(SIGPIPE, SIG_IGN);
  const std::atomic<bool>& interrupted = StopOnInterrupt();
  if (!command.json) SayWhatBegins(command);
  ProgressLine line;
  const auto report = Restore({PosixFileSystem(), SystemClock(), SystemRandom()}, command.options,
                              [&](RestoreStep step, uint64_t done, uint64_t total) {
                                if (!command.json) {
                                  line.Show(std::string(ToString(step)), done, total, "");
                                }
                                return !interrupted.load();
                              });
  line.End();
  if (!report.ok()) {
    const std::string message(report.status().message());
    std::fprintf(stderr, "wallet-restore: %s\n",
                 absl::IsCancelled(report.status()) ? "interrupted; nothing is left of it"
                                                    : message.c_str());
    return RestoreExitCode(report.status());
  }
  const std::string text =
      command.json ? RestoreJson(command.options, *report) : RestoreText(command.options, *report);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) {
  const auto parsed = wallet::ParseRestoreCommand(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  return wallet::Run(std::get<wallet::RestoreCommand>(parsed));
}
