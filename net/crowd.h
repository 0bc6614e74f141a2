// The connections of one listener on one thread, and the looks at them that keep their time limits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "net/limits.h"

namespace wallet {

// A look costs little, but thousands of them at once are a time in which nobody is served: each
// turn looks at some, in a circle. One thread.
template <class Session>
class Crowd {
 public:
  // It has its first look in the next round: so those who come and go delay nobody's.
  void Add(std::shared_ptr<Session> session) {
    sessions_.emplace_back();
    Fill(sessions_.size() - 1, next_);
    places_.emplace(session.get(), next_);
    sessions_[next_++] = std::move(session);
  }

  // Whoever is not there is not missed.
  void Remove(Session& session) {
    const auto found = places_.find(&session);
    if (found == places_.end()) return;
    size_t place = found->second;
    places_.erase(found);
    // What was not looked at yet stays ahead.
    if (place < next_) place = Fill(place, --next_);
    Fill(place, sessions_.size() - 1);
    sessions_.pop_back();
  }

  size_t size() const { return sessions_.size(); }

  // To be called every kSessionTickUs. Looks at all of a few, and at a part of many: all of them in
  // kLookTurns, and each again after twice as many at the latest. A session may remove itself.
  void Tick(int64_t now_us) {
    const size_t count = std::min(
        sessions_.size(), std::max(kLeastLooks, (sessions_.size() + kLookTurns - 1) / kLookTurns));
    for (size_t i = 0; i < count && !sessions_.empty(); ++i) {
      if (next_ >= sessions_.size()) next_ = 0;
      const std::shared_ptr<Session> session = sessions_[next_++];
      session->Tick(now_us);
    }
  }

  // All of them; there is none left.
  std::vector<std::shared_ptr<Session>> TakeAll() {
    places_.clear();
    next_ = 0;
    return std::exchange(sessions_, {});
  }

 private:
  // Moves the one at `from`, if there is one, to `place`. Returns where there is a hole now.
  size_t Fill(size_t place, size_t from) {
    if (place != from) {
      sessions_[place] = std::move(sessions_[from]);
      places_[sessions_[place].get()] = place;
    }
    return from;
  }

  std::vector<std::shared_ptr<Session>> sessions_;
  absl::flat_hash_map<Session*, size_t> places_;
  size_t next_ = 0;  // to be looked at; those before it have been, in this round
};

}  // namespace wallet
