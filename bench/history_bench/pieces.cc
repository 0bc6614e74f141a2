#include "bench/history_bench/pieces.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace wallet::bench {
namespace {

int64_t Micros(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

// How long this thread has been ready to run and found no core, in microseconds: the second number
// of its schedstat (nanoseconds); 0 where the system keeps none.
class WaitedForCore {
 public:
  WaitedForCore() : file_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}
  ~WaitedForCore() {
    if (file_ >= 0) close(file_);
  }
  WaitedForCore(const WaitedForCore&) = delete;

  int64_t Micros() const {
    char text[64];
    const ssize_t size = file_ < 0 ? 0 : pread(file_, text, sizeof(text), 0);
    const std::string_view all(text, static_cast<size_t>(std::max<ssize_t>(size, 0)));
    const size_t space = all.find(' ');
    if (space == std::string_view::npos) return 0;
    int64_t nanos = 0;
    std::from_chars(all.data() + space + 1, all.data() + all.size(), nanos);
    return nanos / 1'000;
  }

 private:
  const int file_;
};

// What the clocks of this thread say, all of the same moment: a thread loses its core on the way
// out of just such a call, and what it then waits must be on all of them or on none.
Piece ReadClocks() {
  thread_local const WaitedForCore waited;
  Piece now;
  do {
    now.waiting_us = waited.Micros();
    now.cpu_us = Micros(CLOCK_THREAD_CPUTIME_ID);
    now.wall_us = Micros(CLOCK_MONOTONIC);
  } while (now.waiting_us != waited.Micros());
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  now.faults = usage.ru_minflt + usage.ru_majflt;
  now.blocks = usage.ru_nvcsw;
  return now;
}

// Of the task under way on this thread.
thread_local Pieces* counting = nullptr;
thread_local Piece begun;

}  // namespace

void Pieces::EndPiece() {
  if (!counting) return;
  const Piece now = ReadClocks();
  counting->Add({.wall_us = now.wall_us - begun.wall_us,
                 .cpu_us = now.cpu_us - begun.cpu_us,
                 .waiting_us = now.waiting_us - begun.waiting_us,
                 .faults = now.faults - begun.faults,
                 .blocks = now.blocks - begun.blocks});
  begun = now;
}

PieceTally Pieces::Take() {
  std::lock_guard lock(mutex_);
  return std::exchange(all_, PieceTally());
}

void Pieces::Add(const Piece& piece) {
  std::lock_guard lock(mutex_);
  all_.cpu_us.Add(piece.cpu_us);
  if (piece.faults == 0) all_.cpu_faultless_us.Add(piece.cpu_us);
  all_.own_us.Add(piece.own_us());
  if (piece.own_us() > all_.longest_own.own_us()) all_.longest_own = piece;
  if (piece.cpu_us > all_.longest_cpu.cpu_us) all_.longest_cpu = piece;
  if (piece.stolen_us() > all_.most_stolen.stolen_us()) all_.most_stolen = piece;
  if (piece.wall_us > all_.longest_wall.wall_us) all_.longest_wall = piece;
}

Executor::Task ShardExecutor::Counted(Task task) {
  return [this, task = std::move(task)]() mutable {
    counting = &pieces_;
    begun = ReadClocks();
    task();
    Pieces::EndPiece();
    counting = nullptr;
  };
}

}  // namespace wallet::bench
