// Shows on standard error how far a restore is: a bar on a terminal, lines otherwise.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/restore/restore_progress.h"
#include "wal/base/clock.h"

namespace wallet {

class ProgressDisplay {
 public:
  ProgressDisplay(bool on_terminal, const Clock& clock)
      : on_terminal_(on_terminal), clock_(clock) {}

  void Show(RestoreStep step, uint64_t done, uint64_t total);
  // Leaves the terminal on an empty line; `done`: the last step came to its end.
  void End(bool done);

 private:
  void ShowBar(uint64_t done, uint64_t total);
  void ShowLine(uint64_t done, uint64_t total);

  const bool on_terminal_;
  const Clock& clock_;
  std::optional<RestoreStep> step_;
  int64_t shown_us_ = 0;
};

}  // namespace wallet
