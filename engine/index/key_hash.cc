#include "engine/index/key_hash.h"

#include "wal/base/hash.h"

namespace wallet {

KeySecret NewKeySecret(Random& random) {
  const uint64_t first = random.Next();
  return {first, random.Next()};
}

uint64_t HashOfKey(const KeySecret& secret, UserId user, std::string_view key) {
  return Xxh3(key, secret[0] + Mix64(secret[1] ^ static_cast<uint64_t>(user.value())));
}

}  // namespace wallet
