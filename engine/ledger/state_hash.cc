#include "engine/ledger/state_hash.h"

namespace wallet {

Digest& Digest::operator+=(const Digest& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

std::string ToHex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint64_t word : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) hex += kDigits[word >> shift & 0xf];
  }
  return hex;
}

AccountHasher::AccountHasher(UserId user, Currency currency, Amount total, Amount held) {
  hasher_.Add(user.value());
  hasher_.Add(uint64_t{currency.packed()});
  hasher_.Add(total.value());
  hasher_.Add(held.value());
}

Digest KeyDigest(const Event& event) {
  Hasher hasher(HashKind::kKey);
  hasher.Add(event.user.value());
  hasher.Add(event.id.value());
  hasher.Add(event.key);
  return hasher.digest();
}

Digest UserDigest(UserId id, TransactionId last_id) {
  Hasher hasher(HashKind::kUser);
  hasher.Add(id.value());
  hasher.Add(last_id.value());
  return hasher.digest();
}

Digest UserDigest(UserId id, const User& user, Instant now) {
  Digest digest = UserDigest(id, user.last_id());
  user.ForEachAccount([&](Currency currency, const Account& account) {
    AccountHasher hasher(id, currency, account.total(), account.held());
    account.ForEachLot(now,
                       [&](Instant release_at, Amount amount) { hasher.Add(release_at, amount); });
    digest += hasher.digest();
  });
  return digest;
}

Digest OpenDigest(const OpenWithdrawal& open) {
  Hasher hasher(HashKind::kOpen);
  for (const int64_t value :
       {open.user.value(), open.id.value(), open.amount.value(), open.created_at.value(),
        open.updated_at.value(), static_cast<int64_t>(open.substatus),
        static_cast<int64_t>(open.attempts), static_cast<int64_t>(open.may_have_paid),
        static_cast<int64_t>(open.currency.packed()), static_cast<int64_t>(open.epoch.bits())}) {
    hasher.Add(value);
  }
  hasher.Add(std::string_view(open.bank));
  hasher.Add(std::string_view(open.destination));
  return hasher.digest();
}

}  // namespace wallet
