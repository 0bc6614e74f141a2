// What somebody still reads, and so must stay: snapshots, and the log behind a position.
#pragma once

#include <mutex>
#include <optional>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/position.h"

namespace wallet {

// Any thread. Outlives the holds taken of it.
class Holds {
 public:
  // While it lives, the snapshots at its position and behind it, and the log behind it, stay.
  class Hold {
   public:
    Hold(Hold&& other) noexcept;
    Hold& operator=(Hold&&) = delete;
    ~Hold();
    Position position() const { return position_; }

   private:
    friend class Holds;
    Hold(Holds& owner, Position position) : owner_(&owner), position_(position) {}

    Holds* owner_;  // null once moved from
    Position position_;
  };

  // Holds the position that `choose` answers; its error is returned. What is there while it runs is
  // there for as long as the hold lives.
  absl::StatusOr<Hold> Take(absl::FunctionRef<absl::StatusOr<Position>()> choose);

  // Runs `remove` with the lowest position held, if any; nothing is held meanwhile that was not
  // before. Both may wait for the other's disk.
  absl::Status Remove(absl::FunctionRef<absl::Status(std::optional<Position> lowest)> remove);

 private:
  void Release(Position position);

  std::mutex removing_;  // taken first
  std::mutex mutex_;
  std::multiset<Position> held_;
};

}  // namespace wallet
