// The hashes that a ledger's digest is the sum of. Pinned: digests compare between machines and
// versions.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/ledger/digest.h"
#include "engine/ledger/event.h"
#include "engine/ledger/open_withdrawal.h"
#include "engine/ledger/types.h"
#include "engine/ledger/user_table.h"
#include "wal/base/hash.h"

namespace wallet {

// What is hashed; numbers are pinned.
enum class HashKind : uint64_t { kUser = 1, kAccount = 2, kOpen = 3, kKey = 4 };

// Absorbs numbers into two independent 64-bit lanes.
class Hasher {
 public:
  explicit Hasher(HashKind kind) { Add(static_cast<uint64_t>(kind)); }
  void Add(uint64_t value) {
    low_ = Mix64(low_ ^ value);
    high_ = Mix64(high_ + value + 0x9e3779b97f4a7c15);
  }
  void Add(int64_t value) { Add(static_cast<uint64_t>(value)); }
  void Add(std::string_view text) {
    Add(static_cast<uint64_t>(text.size()));
    Add(Xxh3(text, 0));
    Add(Xxh3(text, 1));
  }
  Digest digest() const { return {low_, high_}; }

 private:
  uint64_t low_ = 0x243f6a8885a308d3;
  uint64_t high_ = 0x13198a2e03707344;
};

// An account, to which its lots are added by instant.
class AccountHasher {
 public:
  AccountHasher(UserId user, Currency currency, Amount total, Amount held);
  void Add(Instant release_at, Amount amount) {
    hasher_.Add(release_at.value());
    hasher_.Add(amount.value());
  }
  Digest digest() const { return hasher_.digest(); }

 private:
  Hasher hasher_{HashKind::kAccount};
};

// Of a key that the event used.
Digest KeyDigest(const Event& event);
// Of a user but for the accounts.
Digest UserDigest(UserId id, TransactionId last_id);
// Of a user and all accounts, matured to `now`.
Digest UserDigest(UserId id, const User& user, Instant now);
Digest OpenDigest(const OpenWithdrawal& open);

}  // namespace wallet
