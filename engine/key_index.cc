#include "engine/key_index.h"

#include "wal/base/hash.h"

namespace wallet {

uint64_t KeyIndex::Hash(UserId user, std::string_view key) const {
  return Xxh3(key, seed_ ^ Mix64(static_cast<uint64_t>(user.value())));
}

const char* KeyIndex::Find(uint64_t hash, UserId user, std::string_view key) const {
  const auto& part = set_.Part(hash);
  const auto it = part.find(Probe{hash, user, key, row_matches_});
  return it == part.end() ? nullptr : it->row;
}

void KeyIndex::Insert(uint64_t hash, const char* row) { set_.Part(hash).insert(Slot{hash, row}); }

}  // namespace wallet
