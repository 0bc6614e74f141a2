// Units on their way from the callers' threads to the client's.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "net/client/unit.h"

namespace wallet::client {

class Inbox {
 public:
  // Any thread. True for the first unit since the last Take: the client's thread is to be woken.
  bool Put(UnitPtr unit) {
    std::lock_guard lock(mutex_);
    units_.push_back(std::move(unit));
    return units_.size() == 1;
  }

  // All that came, in the order it came; `units` must be empty, its memory is used for the next.
  void Take(std::vector<UnitPtr>& units) {
    std::lock_guard lock(mutex_);
    units.swap(units_);
  }

 private:
  std::mutex mutex_;
  std::vector<UnitPtr> units_;
};

}  // namespace wallet::client
