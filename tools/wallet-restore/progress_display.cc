#include "tools/wallet-restore/progress_display.h"

#include <cstdio>
#include <string>

namespace wallet {
namespace {

constexpr int64_t kBarEveryUs = 100'000;
constexpr int64_t kLineEveryUs = 10'000'000;
constexpr int kBarCells = 30;

// 0 … 100; 0 where it can't be known.
int PercentOf(uint64_t done, uint64_t total) {
  if (total == 0) return 0;
  return static_cast<int>(static_cast<unsigned __int128>(done < total ? done : total) * 100 /
                          total);
}

}  // namespace

void ProgressDisplay::Show(RestoreStep step, uint64_t done, uint64_t total) {
  const int64_t now_us = clock_.SteadyMicros();
  const bool begins = step_ != step;
  if (!begins && now_us - shown_us_ < (on_terminal_ ? kBarEveryUs : kLineEveryUs)) return;
  if (begins) End(/*done=*/true);
  step_ = step;
  shown_us_ = now_us;
  on_terminal_ ? ShowBar(done, total) : ShowLine(done, total);
}

void ProgressDisplay::ShowBar(uint64_t done, uint64_t total) {
  const int percent = PercentOf(done, total);
  const int full = percent * kBarCells / 100;
  const std::string bar = std::string(full, '#') + std::string(kBarCells - full, '.');
  const std::string_view what = ToString(*step_);
  std::fprintf(stderr, "\r  %-28.*s [%s] %3d %%", static_cast<int>(what.size()), what.data(),
               bar.c_str(), percent);
  std::fflush(stderr);
}

void ProgressDisplay::ShowLine(uint64_t done, uint64_t total) {
  const std::string_view what = ToString(*step_);
  std::fprintf(stderr, "%.*s: %d %%\n", static_cast<int>(what.size()), what.data(),
               PercentOf(done, total));
}

void ProgressDisplay::End(bool done) {
  if (!on_terminal_ || !step_) return;
  if (done) ShowBar(1, 1);
  std::fputc('\n', stderr);
}

}  // namespace wallet
