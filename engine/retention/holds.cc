#include "engine/retention/holds.h"

#include <utility>

namespace wallet {

Holds::Hold::Hold(Hold&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), position_(other.position_) {}

Holds::Hold::~Hold() {
  if (owner_ != nullptr) owner_->Release(position_);
}

absl::StatusOr<Holds::Hold> Holds::Take(absl::FunctionRef<absl::StatusOr<Position>()> choose) {
  const std::lock_guard removing(removing_);
  const auto position = choose();
  if (!position.ok()) return position.status();
  const std::lock_guard lock(mutex_);
  held_.insert(*position);
  return Hold(*this, *position);
}

absl::Status Holds::Remove(absl::FunctionRef<absl::Status(std::optional<Position> lowest)> remove) {
  const std::lock_guard removing(removing_);
  std::optional<Position> lowest;
  {
    const std::lock_guard lock(mutex_);
    if (!held_.empty()) lowest = *held_.begin();
  }
  return remove(lowest);
}

void Holds::Release(Position position) {
  const std::lock_guard lock(mutex_);
  held_.erase(held_.find(position));
}

}  // namespace wallet
