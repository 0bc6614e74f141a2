// What is shown while a run goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wallet::bench {

// To standard error: a line that is overwritten when that is a terminal, else a line every second.
class Progress {
 public:
  Progress(std::string what, bool quiet);

  // How long to wait before the next Show.
  std::chrono::milliseconds period() const;
  // Counts since the run began, the warm-up's included.
  void Show(uint64_t accepted, uint64_t refused);
  // Wipes the line.
  void End();

 private:
  const std::string what_;
  const bool quiet_;
  const bool terminal_;
  const int64_t begun_us_;
  int64_t shown_us_;
  uint64_t shown_ = 0;
};

}  // namespace wallet::bench
