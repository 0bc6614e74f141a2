// What is measured: which operations follow each other.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/wallet_bench/operation.h"
#include "bench/wallet_bench/options.h"

namespace wallet::bench {

// Operations are numbered from 0, and follow from their number and the run's id alone: who sends
// them, over what and in which order, is none of a workload's business. Any thread.
class Workload {
 public:
  virtual ~Workload() = default;

  virtual Operation Make(uint64_t number) const = 0;

  // What every user must own, withdrawable, before the first operation; 0: nothing.
  virtual int64_t funding() const { return 0; }
};

// The one that `options.workload` names. `now_us`: since 1970.
std::unique_ptr<Workload> MakeWorkload(const Options& options, uint64_t run_id, int64_t now_us);

// Charges every user once, user `number` + 1 by operation `number`, under keys of its own.
std::unique_ptr<Workload> MakeFunding(int64_t amount, uint64_t run_id);

}  // namespace wallet::bench
