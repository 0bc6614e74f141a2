#include "tests/simulation/failure.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace wallet::simulation {
namespace {

constexpr size_t kShownEvents = 60;

// One run at a time in a process; the handler of its abort must find it.
struct Watched {
  RunOptions options;
  World* world = nullptr;
  bool shrink = true;
};
Watched watched;

void PrintHistory(const World& world, const RunOptions& options, const Problem& problem) {
  std::printf("knobs: %s\n", ToString(world.knobs()).c_str());
  world.trace().PrintShortened(stdout, problem.subject, kShownEvents);
  std::printf("\nseed %llu: %s\nrepeat with: %s\n", static_cast<unsigned long long>(options.seed),
              problem.text.c_str(), CommandFor(options).c_str());
  std::fflush(stdout);
}

void OnAbort(int);

void ListenForAborts() {
  signal(SIGABRT, OnAbort);
  sigset_t aborts;
  sigemptyset(&aborts);
  sigaddset(&aborts, SIGABRT);
  sigprocmask(SIG_UNBLOCK, &aborts, nullptr);
}

// The abort is the program's own, from an ordinary place in its one thread: more than a handler may
// do otherwise is safe enough for a last word.
void OnAbort(int) {
  if (watched.world == nullptr) return;
  ListenForAborts();  // the run that explains it aborts, too
  if (watched.options.words == Trace::Words::kNone) {
    Explain(watched.shrink ? Shrink(watched.options) : watched.options);
  } else {
    PrintHistory(*watched.world, watched.options, {{}, "aborted, as said above"});
  }
  _exit(1);
}

[[noreturn]] void RunSilently(const RunOptions& options) {
  signal(SIGABRT, SIG_DFL);
  const int null = open("/dev/null", O_WRONLY);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  _exit(World(options).Run().problem ? 1 : 0);
}

bool Fails(const RunOptions& options) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) RunSilently(options);
  int status = 0;
  waitpid(child, &status, 0);
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

}  // namespace

std::string CommandFor(const RunOptions& options) {
  return absl::StrCat("build/bin/simulation --seed ", options.seed,
                      options.calls ? absl::StrCat(" --calls ", *options.calls) : "");
}

RunOptions Shrink(RunOptions options) {
  const int64_t all = options.calls.value_or(World(options).knobs().calls);
  for (int64_t calls = 1; calls < all; calls += 1 + calls / 4) {
    RunOptions shorter = options;
    shorter.calls = calls;
    if (Fails(shorter)) return shorter;
  }
  return options;
}

void Explain(RunOptions options) {
  options.words = Trace::Words::kKept;
  World world(options);
  watched = {options, &world};
  const Report report = world.Run();
  watched.world = nullptr;
  PrintHistory(world, options,
               report.problem.value_or(Problem{{}, "it did not fail again: not deterministic"}));
}

void ExplainAborts(bool shrink) {
  watched.shrink = shrink;
  ListenForAborts();
}

Report RunWatched(const RunOptions& options) {
  World world(options);
  watched.options = options;
  watched.world = &world;
  const Report report = world.Run();
  watched.world = nullptr;
  return report;
}

}  // namespace wallet::simulation
