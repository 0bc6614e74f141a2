#include "engine/ledger/account.h"

#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {

void Account::Credit(Amount amount, std::optional<Instant> release_at, Instant now,
                     LotMemory& memory) {
  WALLET_CHECK(amount > kNoAmount);
  lots_.DropMatured(now, memory);
  total_ = Add(total_, amount);
  if (release_at && *release_at > now) lots_.Add(*release_at, amount, memory);
}

void Account::Hold(Amount amount, Instant now, LotMemory& memory) {
  lots_.DropMatured(now, memory);
  WALLET_CHECK(amount > kNoAmount && amount <= At(now).withdrawable);
  held_ = WALLET_MUTANT("hold_not_taken") ? held_ : Add(held_, amount);
}

void Account::Pay(Amount amount) {
  Unhold(amount);
  total_ = WALLET_MUTANT("paid_money_kept") ? total_ : Subtract(total_, amount);
}

void Account::Unhold(Amount amount) {
  WALLET_CHECK(amount > kNoAmount && amount <= held_);
  held_ = WALLET_MUTANT("refund_withheld") ? held_ : Subtract(held_, amount);
}

Balance Account::At(Instant now) const {
  if (WALLET_MUTANT("release_second_early")) now = Instant(now.value() + kMicrosPerSecond);
  Balance balance{.total = total_, .unreleased = lots_.SumAfter(now), .held = held_};
  balance.withdrawable = Subtract(Subtract(total_, balance.unreleased), held_);
  WALLET_CHECK(balance.withdrawable >= kNoAmount && balance.unreleased >= kNoAmount);
  return balance;
}

bool Account::Restore(Amount total, Amount held) {
  if (held < kNoAmount || held > total) return false;
  total_ = total;
  held_ = held;
  return true;
}

bool Account::RestoreLot(Instant release_at, Amount amount, LotMemory& memory) {
  const Amount room = Subtract(Subtract(total_, held_), lots_.sum());
  if (amount <= kNoAmount || amount > room) return false;
  lots_.Add(release_at, amount, memory);
  return true;
}

void Account::CheckInvariants() const {
  lots_.CheckInvariants();
  WALLET_CHECK(held_ >= kNoAmount && Add(lots_.sum(), held_) <= total_);
}

}  // namespace wallet
