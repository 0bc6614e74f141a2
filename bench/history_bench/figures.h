// What was measured: named numbers, as a table for people and as JSON for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/machine.h"
#include "wal/base/instant.h"

namespace wallet::bench {

// Units as people read them.
inline double SecondsOf(int64_t us) { return static_cast<double>(us) / kMicrosPerSecond; }
inline double Millis(int64_t us) { return static_cast<double>(us) / 1e3; }
inline double Mega(uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

struct Figure {
  std::string name;  // stable: "load.rate_last"
  double value = 0;
  std::string unit;
  std::string what;  // a phrase
};

class Figures {
 public:
  void Add(std::string name, double value, std::string unit, std::string what) {
    figures_.push_back({std::move(name), value, std::move(unit), std::move(what)});
  }
  const std::vector<Figure>& all() const { return figures_; }

 private:
  std::vector<Figure> figures_;
};

std::string FormatTable(const Machine& machine, const Figures& figures);
// {"machine":…,"figures":{"<name>":{"value":…,"unit":…}, …}}, one line.
std::string FormatJson(const Machine& machine, const Figures& figures);

}  // namespace wallet::bench
