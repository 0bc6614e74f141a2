// Operations that wait for the index on disk, and, behind each of them, the later ones of its user.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/batch.h"
#include "engine/ledger/types.h"
#include "wal/base/check.h"

namespace wallet {

// A batch some of whose operations wait; it completes when the last of them has its result.
struct PendingBatch {
  std::unique_ptr<Batch> batch;
  size_t missing = 0;  // results
};

struct WaitingOperation {
  std::shared_ptr<PendingBatch> pending;
  size_t index = 0;  // in the batch
  uint64_t key_hash = 0;
};

// One thread. Users are those of operations (UserOf).
class WaitingRoom {
 public:
  bool empty() const { return queues_.empty(); }
  bool Has(UserId user) const { return !queues_.empty() && queues_.contains(user); }

  // Behind what waits for the user already.
  void Add(UserId user, WaitingOperation operation) {
    ++operation.pending->missing;
    queues_[user].push_back(std::move(operation));
  }
  WaitingOperation& Front(UserId user) { return queues_.find(user)->second.front(); }
  // The user's first operation has its result. Whether another waits behind it.
  bool Pop(UserId user) {
    const auto queue = queues_.find(user);
    --queue->second.front().pending->missing;
    queue->second.pop_front();
    if (!queue->second.empty()) return true;
    queues_.erase(queue);
    return false;
  }

 private:
  absl::flat_hash_map<UserId, std::deque<WaitingOperation>> queues_;
};

}  // namespace wallet
