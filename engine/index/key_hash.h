// The hash that idempotency keys are found by, in memory and on disk.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/ledger/types.h"
#include "wal/base/random.h"

namespace wallet {

// Random, made with the index and kept with it for ever: whoever does not know it cannot choose
// keys that collide.
using KeySecret = std::array<uint64_t, 2>;

KeySecret NewKeySecret(Random& random);

// XXH3-64 of the key, seeded with both words and the user. Stored: pinned by a golden file.
uint64_t HashOfKey(const KeySecret& secret, UserId user, std::string_view key);

// Any thread.
class KeyHasher {
 public:
  using Function = uint64_t (*)(const KeySecret&, UserId, std::string_view);

  // `function` is another one in tests alone.
  explicit KeyHasher(const KeySecret& secret, Function function = &HashOfKey)
      : secret_(secret), function_(function) {}

  uint64_t operator()(UserId user, std::string_view key) const {
    return function_(secret_, user, key);
  }

 private:
  KeySecret secret_;
  Function function_;
};

}  // namespace wallet
