// Which transaction an idempotency key belongs to.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "engine/ledger/types.h"
#include "engine/split_set.h"

namespace wallet {

// Maps (user, key) to the row that holds the key in full; rows are addresses that never move. A
// hash only narrows the search: the full key decides. One thread at a time.
class KeyIndex {
 public:
  // `seed` keeps clients from choosing keys that collide. `row_matches(row, user, key)` compares.
  using RowMatches = bool (*)(const char* row, UserId user, std::string_view key);
  KeyIndex(uint64_t seed, RowMatches row_matches) : seed_(seed), row_matches_(row_matches) {}

  uint64_t Hash(UserId user, std::string_view key) const;

  // Brings the place where `hash` would be found closer; a hint.
  void Prefetch(uint64_t hash) const { set_.Part(hash).prefetch(Slot{hash, nullptr}); }

  // The row, or null. `hash` is Hash(user, key).
  const char* Find(uint64_t hash, UserId user, std::string_view key) const;

  // The key must not be there yet.
  void Insert(uint64_t hash, const char* row);

 private:
  struct Slot {
    uint64_t hash;
    const char* row;
  };
  struct Probe {
    uint64_t hash;
    UserId user;
    std::string_view key;
    RowMatches matches;
  };
  struct HashOf {
    using is_transparent = void;
    size_t operator()(const Slot& slot) const { return slot.hash; }
    size_t operator()(const Probe& probe) const { return probe.hash; }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Slot& a, const Slot& b) const { return a.row == b.row; }
    bool operator()(const Slot& slot, const Probe& probe) const {
      return slot.hash == probe.hash && probe.matches(slot.row, probe.user, probe.key);
    }
    bool operator()(const Probe& probe, const Slot& slot) const { return (*this)(slot, probe); }
  };

  uint64_t seed_;
  RowMatches row_matches_;
  SplitSet<absl::flat_hash_set<Slot, HashOf, Same>> set_;
};

}  // namespace wallet
