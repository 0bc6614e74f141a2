// How far long work is: a bar on a terminal, lines in a log.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace wallet {

// "copying files  [#####.....]  50 %  1.2 of 2.4 GB"; `unit` is "B" or "events"; without one,
// nothing behind the percentage.
std::string ProgressText(const std::string& what, uint64_t done, uint64_t total,
                         const std::string& unit);
// 1234567 B as "1.2 MB"; other units as they are.
std::string AmountText(uint64_t number, const std::string& unit);

// One thread.
class ProgressLine {
 public:
  // To standard error, which is asked whether it is a terminal.
  ProgressLine();
  ProgressLine(std::FILE* out, bool terminal) : out_(out), terminal_(terminal) {}
  // Ends the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;

  // On a terminal redraws the bar when it looks different; otherwise writes a line when the work is
  // another, and at each tenth of it.
  void Show(const std::string& what, uint64_t done, uint64_t total, const std::string& unit);
  // Nothing of the bar stays on the terminal: something else is to be written.
  void End();

 private:
  std::FILE* const out_;
  const bool terminal_;
  std::string what_;  // of the last line
  uint64_t tenth_ = 0;
  std::string drawn_;  // the bar on the terminal
};

}  // namespace wallet
