// One event of the log, in the model's words.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "tests/model/model.h"
#include "tests/simulation/sim_log.h"

namespace wallet::simulation {

struct Fact {
  uint64_t position = 0;
  int64_t user = 0;
  int64_t id = 0;
  int64_t at = 0;
  bool created = false;    // else a withdrawal moved
  model::Request request;  // of what was created
  std::string reference;   // of a withdrawal that was created
  model::Move move;
};

// Reads a log as it grows, and sees to it that it only grows: each record carries the hash of the
// one before, positions have no gaps.
class FactReader {
 public:
  explicit FactReader(const LogDisk& disk);

  // Appends what is new. An error names what does not fit.
  absl::Status ReadNew(std::vector<Fact>& facts);

 private:
  absl::Status ReadRecord(const LogDisk::Record& record, std::vector<Fact>& facts);

  const LogDisk& disk_;
  Sha256 hash_{};
  uint64_t position_ = 0;
};

}  // namespace wallet::simulation
