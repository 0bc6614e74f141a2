// A wallet and everything around it, from a seed to a verdict.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/core.h"
#include "tests/simulation/problems.h"

namespace wallet::simulation {

struct RunOptions {
  uint64_t seed = 0;
  std::optional<int64_t> calls;  // before the world heals, instead of what the seed says
  Trace::Words words = Trace::Words::kNone;
};

struct Report {
  std::optional<Problem> problem;
  uint64_t hash = 0;  // of everything that happened, in order
  int64_t simulated_us = 0;
  int64_t steps = 0;
  int64_t calls = 0;  // handed to the wallet, retries included
  int64_t answers = 0;
  int64_t bank_calls = 0;  // payments and inquiries
  int64_t changes = 0;     // pages of them that were answered
  int64_t transactions = 0;
  int64_t withdrawals = 0;
  int64_t crashes = 0;
  int64_t stops = 0;
  int64_t failed_starts = 0;
  int64_t snapshots = 0;                    // taken
  int64_t backups = 0;                      // sets made
  int64_t file_failures = 0;                // operations that failed
  int64_t rots = 0;                         // snapshots that were damaged
  std::map<std::string, int64_t> outcomes;  // of answers, by code
  std::map<std::string, int64_t> moves;     // of withdrawals, by where they led

  // What was done and judged: calls that were answered, and calls of the bank.
  int64_t operations() const { return answers + bank_calls + changes; }
};

class World {
 public:
  explicit World(RunOptions options);
  ~World();

  // A time of faults, a time of healing, an end. Once.
  Report Run();

  const Trace& trace() const;
  const Knobs& knobs() const;

 private:
  struct Parts;

  void Suffer();
  void Heal();
  // Runs until nothing is under way; a problem if that takes too long.
  void Rest();
  bool AtRest() const;
  void Pass(int64_t us);
  void Finish();
  void LiveOn();
  void Step();

  std::unique_ptr<Parts> parts_;
};

}  // namespace wallet::simulation
