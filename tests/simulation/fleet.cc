#include "tests/simulation/fleet.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/failure.h"
#include "tests/simulation/stopwatch.h"
#include "tests/simulation/tally.h"
#include "wal/base/check.h"

namespace wallet::simulation {
namespace {

constexpr uint64_t kSeedsOfAProcess = 100;
constexpr double kProgressSeconds = 10;
constexpr double kMostSecondsOfASeed = 300;
constexpr int kLookEveryMs = 1'000;  // where a child is that does not end

using Range = std::pair<uint64_t, uint64_t>;  // first and last

// Shared with a child: where it is.
using Place = std::atomic<uint64_t>;

Place* SharedPlaces(int count) {
  void* memory = mmap(nullptr, sizeof(Place) * static_cast<size_t>(count), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  WALLET_CHECK(memory != MAP_FAILED);
  return static_cast<Place*>(memory);
}

struct Child {
  Range range;
  int end = -1;                // readable once it has ended
  std::FILE* tally = nullptr;  // what it came to, written at its end
  uint64_t seed = 0;           // as last seen
  double since = 0;            // seen there
};

class Fleet {
 public:
  explicit Fleet(const Options& options)
      : options_(options), places_(SharedPlaces(options.jobs)), children_(options.jobs) {}

  bool Run();

 private:
  bool MayStart() const;
  Range NextRange();
  void Start(size_t slot);
  [[noreturn]] void BeChild(Range range, Place& place, std::FILE* out);
  // Returns when a process has ended, and now and then. False: there is none.
  bool AwaitAnEnd() const;
  void Look(size_t slot);
  void OnEnd(size_t slot, int status);
  void Fail(uint64_t seed, const std::string& how);
  void Progress();

  const Options& options_;
  const Stopwatch watch_;
  Place* const places_;
  std::vector<std::pair<pid_t, Child>> children_;  // by slot; 0: none
  std::deque<Range> rest_;                         // of ranges whose process ended early
  uint64_t next_ = 0;
  Tally tally_;
  std::map<uint64_t, std::string> failures_;
  double next_progress_ = kProgressSeconds;
};

bool Fleet::Run() {
  next_ = options_.first_seed;
  while (true) {
    for (size_t slot = 0; slot < children_.size(); ++slot) {
      if (children_[slot].first == 0 && MayStart()) Start(slot);
    }
    if (!AwaitAnEnd()) break;
    for (size_t slot = 0; slot < children_.size(); ++slot) {
      if (children_[slot].first != 0) Look(slot);
    }
    Progress();
  }
  tally_.PrintTable(stdout, watch_.seconds());
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::printf("memory           %9ld MB   the largest process\n", usage.ru_maxrss / 1024);
  std::printf("failures         %12zu\n", failures_.size());
  for (const auto& [seed, how] : failures_) {
    std::printf("seed %llu: %s; repeat with: %s\n", static_cast<unsigned long long>(seed),
                how.c_str(), CommandFor({.seed = seed, .calls = options_.calls}).c_str());
  }
  return failures_.empty();
}

bool Fleet::MayStart() const {
  if (std::ssize(failures_) >= options_.most_failures) return false;
  if (options_.minutes && watch_.seconds() > *options_.minutes * 60) return false;
  return !rest_.empty() || options_.minutes || next_ <= options_.last_seed;
}

Range Fleet::NextRange() {
  if (!rest_.empty()) {
    const Range range = rest_.front();
    rest_.pop_front();
    return range;
  }
  Range range{next_, next_ + kSeedsOfAProcess - 1};
  if (!options_.minutes) range.second = std::min(range.second, options_.last_seed);
  next_ = range.second + 1;
  return range;
}

bool Fleet::AwaitAnEnd() const {
  std::vector<pollfd> ends;
  for (const auto& [pid, child] : children_) {
    if (pid != 0) ends.push_back({.fd = child.end, .events = POLLIN, .revents = 0});
  }
  if (!ends.empty()) poll(ends.data(), ends.size(), kLookEveryMs);
  return !ends.empty();
}

void Fleet::Start(size_t slot) {
  const Range range = NextRange();
  places_[slot] = range.first;
  int pipe_ends[2];
  WALLET_CHECK(pipe(pipe_ends) == 0);
  std::fflush(nullptr);
  const pid_t pid = fork();
  WALLET_CHECK(pid >= 0);
  if (pid == 0) {
    close(pipe_ends[0]);
    BeChild(range, places_[slot], fdopen(pipe_ends[1], "w"));
  }
  close(pipe_ends[1]);
  const int end = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  WALLET_CHECK(end >= 0);
  children_[slot] = {pid, {range, end, fdopen(pipe_ends[0], "r"), range.first, watch_.seconds()}};
}

void Fleet::BeChild(Range range, Place& place, std::FILE* out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  ExplainAborts(options_.shrink);
  Tally tally;
  bool good = true;
  for (uint64_t seed = range.first; good && seed <= range.second; ++seed) {
    place = seed;
    const RunOptions run{.seed = seed, .calls = options_.calls};
    const Report report = RunWatched(run);
    tally.Add(report);
    good = !report.problem;
    if (!good) Explain(options_.shrink ? Shrink(run) : run);
  }
  tally.Write(out);
  std::fclose(out);
  std::exit(good ? 0 : 1);
}

void Fleet::Look(size_t slot) {
  auto& [pid, child] = children_[slot];
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) == pid) return OnEnd(slot, status);
  if (child.seed != places_[slot]) {
    child.seed = places_[slot];
    child.since = watch_.seconds();
  }
  if (watch_.seconds() - child.since > kMostSecondsOfASeed) kill(pid, SIGKILL);
}

void Fleet::OnEnd(size_t slot, int status) {
  auto& [pid, child] = children_[slot];
  const uint64_t seed = places_[slot];
  const bool hung = watch_.seconds() - child.since > kMostSecondsOfASeed;
  tally_.Read(child.tally);
  std::fclose(child.tally);
  close(child.end);
  pid = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (seed < child.range.second) rest_.emplace_back(seed + 1, child.range.second);
  if (WIFEXITED(status)) return Fail(seed, "failed, as said above");
  if (hung) return Fail(seed, "did not end");
  Fail(seed, std::string("the process was ended by: ") + strsignal(WTERMSIG(status)));
}

void Fleet::Fail(uint64_t seed, const std::string& how) {
  failures_.emplace(seed, how);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), how.c_str());
  std::fflush(stdout);
}

void Fleet::Progress() {
  if (watch_.seconds() < next_progress_) return;
  next_progress_ = watch_.seconds() + kProgressSeconds;
  tally_.PrintProgress(stdout, next_ - 1, watch_.seconds());
}

}  // namespace

bool RunFleet(const Options& options) { return Fleet(options).Run(); }

}  // namespace wallet::simulation
