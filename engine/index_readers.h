// Where operations look into the index without holding up a shard.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/index_lookup.h"
#include "wal/base/executor.h"

namespace wallet {

// Any thread.
class IndexReaders {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  // Works on the executors in turn; they outlive it.
  explicit IndexReaders(std::vector<Executor*> executors) : executors_(std::move(executors)) {}

  // Answers the lookup into `findings` (Look in engine/index_lookup.h); then `done` runs, on an
  // executor of the readers.
  void Look(IndexReader index, IndexLookup lookup, std::shared_ptr<IndexFindings> findings,
            Done done);

 private:
  const std::vector<Executor*> executors_;
  std::atomic<size_t> next_{0};
};

}  // namespace wallet
