#include "bench/history_bench/pieces.h"

#include <time.h>

#include <utility>

namespace wallet::bench {
namespace {

int64_t ThreadCpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

// Of the task under way on this thread.
thread_local Pieces* counting = nullptr;
thread_local int64_t begun_us = 0;

}  // namespace

void Pieces::EndPiece() {
  if (!counting) return;
  const int64_t now = ThreadCpuMicros();
  counting->Add(now - begun_us);
  begun_us = now;
}

Histogram Pieces::Take() {
  std::lock_guard lock(mutex_);
  return std::exchange(all_, Histogram());
}

void Pieces::Add(int64_t us) {
  std::lock_guard lock(mutex_);
  all_.Add(us);
}

Executor::Task ShardExecutor::Counted(Task task) {
  return [this, task = std::move(task)]() mutable {
    counting = &pieces_;
    begun_us = ThreadCpuMicros();
    task();
    Pieces::EndPiece();
    counting = nullptr;
  };
}

}  // namespace wallet::bench
