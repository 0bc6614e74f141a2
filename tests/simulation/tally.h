// What many runs came to.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "tests/simulation/world.h"

namespace wallet::simulation {

class Tally {
 public:
  int64_t seeds = 0;
  int64_t simulated_us = 0;
  int64_t steps = 0;
  int64_t calls = 0;
  int64_t answers = 0;
  int64_t bank_calls = 0;
  int64_t changes = 0;
  int64_t operations = 0;
  int64_t transactions = 0;
  int64_t withdrawals = 0;
  int64_t crashes = 0;
  int64_t stops = 0;
  int64_t failed_starts = 0;
  int64_t snapshots = 0;
  int64_t backups = 0;
  int64_t file_failures = 0;
  int64_t rots = 0;
  std::map<std::string, int64_t> outcomes;
  std::map<std::string, int64_t> moves;

  void Add(const Report& report);
  // From one process to another: a line for each number.
  void Write(std::FILE* out) const;
  // Adds what was written, as far as it is there.
  void Read(std::FILE* in);
  // `seconds` of real time.
  void PrintProgress(std::FILE* out, uint64_t seed, double seconds) const;
  void PrintTable(std::FILE* out, double seconds) const;

 private:
  // By the names that are written.
  std::map<std::string, int64_t*> Numbers();
};

}  // namespace wallet::simulation
