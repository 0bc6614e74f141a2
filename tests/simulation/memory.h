// What clients have seen, as far as they remember: enough to ask for what is interesting.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "tests/simulation/call.h"
#include "tests/simulation/random.h"

namespace wallet::simulation {

// Shared by all clients, who know the same users.
class Memory {
 public:
  explicit Memory(int64_t calls) : calls_left_(calls) {}

  // How many new calls are still to be made.
  int64_t calls_left() const { return calls_left_; }
  void OnNewCall(const Call& call) {
    --calls_left_;
    if (call.kind != CallKind::kWrite) return;
    writes_.push_back(call);
    if (writes_.size() > kMostWrites) writes_.pop_front();
  }

  void OnAnswer(const Sent& sent) {
    const Answer& answer = sent.answer;
    const int64_t user = sent.call.request.user;
    if (answer.balance) withdrawable_[{user, answer.currency}] = answer.balance->withdrawable;
    if (answer.transaction && answer.transaction->status == "pending") {
      pending_.emplace_back(user, answer.transaction->id);
      if (pending_.size() > kMostPending) pending_.pop_front();
    }
    if (answer.transaction) last_change_[user] = answer.transaction->updated_at;
    if (answer.transaction) last_id_[user] = std::max(last_id_[user], answer.transaction->id);
  }

  // A withdrawal that an answer called pending, as (user, id).
  const std::deque<std::pair<int64_t, int64_t>>& pending() const { return pending_; }

  bool has_writes() const { return !writes_.empty(); }
  const Call& AnyWrite(SimRandom& random) const {
    return writes_[static_cast<size_t>(random.Next() % writes_.size())];
  }
  int64_t Withdrawable(int64_t user, const std::string& currency) const {
    const auto it = withdrawable_.find({user, currency});
    return it == withdrawable_.end() ? 0 : it->second;
  }
  int64_t LastId(int64_t user) const {
    const auto it = last_id_.find(user);
    return it == last_id_.end() ? 0 : it->second;
  }

  // The stamp of something that happened to the user; 0: nothing is known.
  int64_t LastChange(int64_t user) const {
    const auto it = last_change_.find(user);
    return it == last_change_.end() ? 0 : it->second;
  }

 private:
  static constexpr size_t kMostWrites = 200;

  static constexpr size_t kMostPending = 20;

  int64_t calls_left_;
  std::deque<std::pair<int64_t, int64_t>> pending_;
  std::deque<Call> writes_;
  std::map<std::pair<int64_t, std::string>, int64_t> withdrawable_;
  std::map<int64_t, int64_t> last_id_;
  std::map<int64_t, int64_t> last_change_;
};

}  // namespace wallet::simulation
