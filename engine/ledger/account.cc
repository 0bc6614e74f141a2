#include "engine/ledger/account.h"

#include "wal/base/check.h"

namespace wallet {

void Account::Credit(Amount amount, std::optional<Instant> release_at, Instant now) {
  WALLET_CHECK(amount > kNoAmount);
  DropMatured(now);
  total_ = Add(total_, amount);
  if (!release_at || *release_at <= now) return;
  if (!lots_) lots_ = std::make_unique<Lots>();
  Amount& lot = (*lots_)[*release_at];
  lot = Add(lot, amount);
  unreleased_ = Add(unreleased_, amount);
}

void Account::Hold(Amount amount, Instant now) {
  DropMatured(now);
  WALLET_CHECK(amount > kNoAmount && amount <= At(now).withdrawable);
  held_ = Add(held_, amount);
}

void Account::Pay(Amount amount) {
  Unhold(amount);
  total_ = Subtract(total_, amount);
}

void Account::Unhold(Amount amount) {
  WALLET_CHECK(amount > kNoAmount && amount <= held_);
  held_ = Subtract(held_, amount);
}

Balance Account::At(Instant now) const {
  Balance balance{.total = total_, .unreleased = UnreleasedAt(now), .held = held_};
  balance.withdrawable = Subtract(Subtract(total_, balance.unreleased), held_);
  WALLET_CHECK(balance.withdrawable >= kNoAmount && balance.unreleased >= kNoAmount);
  return balance;
}

void Account::ForEachLot(Instant now, absl::FunctionRef<void(Instant, Amount)> visit) const {
  if (!lots_) return;
  for (auto lot = lots_->upper_bound(now); lot != lots_->end(); ++lot) {
    visit(lot->first, lot->second);
  }
}

void Account::CheckInvariants() const {
  Amount sum = kNoAmount;
  if (lots_) {
    for (const auto& [release_at, amount] : *lots_) {
      WALLET_CHECK(amount > kNoAmount);
      sum = Add(sum, amount);
    }
  }
  WALLET_CHECK(sum == unreleased_ && held_ >= kNoAmount);
  WALLET_CHECK(Add(unreleased_, held_) <= total_);
}

void Account::DropMatured(Instant now) {
  if (!lots_) return;
  while (!lots_->empty() && lots_->begin()->first <= now) {
    unreleased_ = Subtract(unreleased_, lots_->begin()->second);
    lots_->erase(lots_->begin());
  }
  if (lots_->empty()) lots_.reset();
}

Amount Account::UnreleasedAt(Instant now) const {
  Amount unreleased = unreleased_;
  if (!lots_) return unreleased;
  for (const auto& [release_at, amount] : *lots_) {
    if (release_at > now) break;
    unreleased = Subtract(unreleased, amount);
  }
  return unreleased;
}

}  // namespace wallet
