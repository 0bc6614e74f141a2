// Every call that was handed to the wallet, and what became of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/call.h"

namespace wallet::simulation {

class Journal {
 public:
  using Key = std::pair<int64_t, std::string>;     // (user, idempotency key)
  using Withdrawal = std::pair<int64_t, int64_t>;  // (user, id)

  // `sent` without its number and floor, which are given here. The address stays.
  Sent& Add(Sent sent);
  void Answered(Sent& sent);
  // The process has ended.
  void Lost(Sent& sent);
  // No answer will come, but until the process ends it may be done.
  void Abandoned(Sent& sent);
  // The process has ended, and left a log that ends at `end`.
  void EndLife(uint64_t end);

  // Of all writes under the key, or decisions on the withdrawal; oldest first.
  const std::vector<Sent*>& Writes(const Key& key) const;
  const std::vector<Sent*>& Decisions(const Withdrawal& withdrawal) const;
  const std::map<Key, std::vector<Sent*>>& writes() const { return writes_; }

  // The highest position that was answered.
  uint64_t floor() const { return floor_; }
  // No answer that is still to come may speak of an earlier position: whatever was answered before
  // a call was sent, the call's answer knows.
  uint64_t LowestToCome() const { return open_.empty() ? floor_ : open_.begin()->second->floor; }

  // Withdraws that may be under way, or done.
  int64_t open_withdraws() const { return open_withdraws_ + doubtful_withdraws_; }
  int64_t calls() const { return static_cast<int64_t>(all_.size()); }
  int64_t answers() const { return answers_; }
  const std::map<Outcome, int64_t>& outcomes() const { return outcomes_; }

 private:
  void Close(Sent& sent);

  std::deque<Sent> all_;
  size_t lives_end_ = 0;           // those before were sent to processes that have ended
  std::map<int64_t, Sent*> open_;  // by number
  std::map<Key, std::vector<Sent*>> writes_;
  std::map<Withdrawal, std::vector<Sent*>> decisions_;
  uint64_t floor_ = 0;
  int64_t open_withdraws_ = 0;
  int64_t doubtful_withdraws_ = 0;  // of this process: no answer says what became of them
  int64_t answers_ = 0;
  std::map<Outcome, int64_t> outcomes_;
};

}  // namespace wallet::simulation
