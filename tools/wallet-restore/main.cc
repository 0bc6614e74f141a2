// wallet-restore: a ledger as it was at a moment, in a directory of its own.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <variant>

#include "engine/restore/restore.h"
#include "tools/wallet-restore/options.h"
#include "tools/wallet-restore/progress_display.h"
#include "tools/wallet-restore/report.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// The first signal asks for an end that leaves nothing; a second one ends the process at once.
void WatchSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { g_interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void SayWhatBegins(const RestoreCommand& command) {
  const RestoreOptions& options = command.options;
  std::fprintf(stderr, "%s %s%s%s until %s into %s\n",
               options.dry_run ? "Checking whether to restore" : "Restoring", options.from.c_str(),
               options.archive.empty() ? "" : " with the archive ", options.archive.c_str(),
               command.until_text.empty() ? "its end" : command.until_text.c_str(),
               options.to.c_str());
}

int Run(const RestoreCommand& command) {
  WatchSignals();
  if (!command.json) SayWhatBegins(command);
  ProgressDisplay display(isatty(STDERR_FILENO) == 1, SystemClock());
  const auto report = Restore({PosixFileSystem(), SystemClock(), SystemRandom()}, command.options,
                              [&](RestoreStep step, uint64_t done, uint64_t total) {
                                if (!command.json) display.Show(step, done, total);
                                return !g_interrupted.load();
                              });
  if (!command.json) display.End(report.ok());
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
