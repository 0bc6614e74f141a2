// What many runs came to.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "tests/simulation/world.h"

namespace wallet::simulation {

struct Tally {
  int64_t seeds = 0;
  int64_t simulated_us = 0;
  int64_t steps = 0;
  int64_t calls = 0;
  int64_t answers = 0;
  int64_t transactions = 0;
  int64_t withdrawals = 0;
  int64_t crashes = 0;
  int64_t stops = 0;
  int64_t failed_starts = 0;
  std::map<std::string, int64_t> outcomes;
  std::map<std::string, int64_t> moves;

  void Add(const Report& report);
  // `seconds` of real time.
  void PrintProgress(std::FILE* out, uint64_t seed, double seconds) const;
  void PrintTable(std::FILE* out, double seconds) const;
};

}  // namespace wallet::simulation
