#include "tools/long_work/progress_line.h"

#include <unistd.h>

#include <algorithm>

namespace wallet {
namespace {

constexpr uint64_t kBarWidth = 30;

// Of 0 … `parts`.
uint64_t Part(uint64_t done, uint64_t total, uint64_t parts) {
  if (total == 0 || done >= total) return parts;
  return static_cast<uint64_t>(static_cast<double>(done) / static_cast<double>(total) *
                               static_cast<double>(parts));
}

}  // namespace

std::string AmountText(uint64_t number, const std::string& unit) {
  if (unit != "B" || number < 1'000) return std::to_string(number) + " " + unit;
  const char* const prefixes[] = {"k", "M", "G", "T", "P", "E"};
  double scaled = static_cast<double>(number);
  int prefix = -1;
  while (scaled >= 1'000 && prefix < 5) {
    scaled /= 1'000;
    ++prefix;
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %s", scaled, prefixes[prefix]);
  return text + unit;
}

std::string ProgressText(const std::string& what, uint64_t done, uint64_t total,
                         const std::string& unit) {
  const uint64_t filled = Part(done, total, kBarWidth);
  const std::string bar = what + "  [" + std::string(filled, '#') +
                          std::string(kBarWidth - filled, '.') + "]  " +
                          std::to_string(Part(done, total, 100)) + " %";
  if (unit.empty()) return bar;
  return bar + "  " + AmountText(std::min(done, total), unit) + " of " + AmountText(total, unit);
}

ProgressLine::ProgressLine() : ProgressLine(stderr, isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() { End(); }

void ProgressLine::Show(const std::string& what, uint64_t done, uint64_t total,
                        const std::string& unit) {
  const std::string text = ProgressText(what, done, total, unit);
  if (terminal_) {
    if (text == drawn_) return;
    std::fprintf(out_, "\r\x1b[K%s", text.c_str());
    std::fflush(out_);
    drawn_ = text;
    return;
  }
  const uint64_t tenth = Part(done, total, 10);
  if (what == what_ && tenth == tenth_) return;
  what_ = what;
  tenth_ = tenth;
  std::fprintf(out_, "%s: %llu %%%s\n", what.c_str(),
               static_cast<unsigned long long>(Part(done, total, 100)),
               unit.empty() ? "" : (" of " + AmountText(total, unit)).c_str());
  std::fflush(out_);
}

void ProgressLine::End() {
  if (!drawn_.empty()) std::fputs("\r\x1b[K", out_);
  drawn_.clear();
  std::fflush(out_);
}

}  // namespace wallet
