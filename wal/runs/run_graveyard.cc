#include "wal/runs/run_graveyard.h"

#include <utility>

namespace wallet {

void RunGraveyard::Drop(const std::string& path) {
  const std::lock_guard lock(mutex_);
  dropped_.insert(path);
}

void RunGraveyard::Closed(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (dropped_.erase(path) > 0) removable_.push_back(path);
}

std::vector<std::string> RunGraveyard::TakeRemovable() {
  const std::lock_guard lock(mutex_);
  return std::exchange(removable_, {});
}

}  // namespace wallet
