#include "engine/ledger/frozen_user.h"

#include <algorithm>

#include "wal/base/check.h"

namespace wallet {
namespace {

Amount LotAt(const Account& account, Instant release_at) {
  Amount found = kNoAmount;
  account.WalkLotsAfter(Instant(release_at.value() - 1), [&](Instant instant, Amount amount) {
    if (instant == release_at) found = amount;
    return false;
  });
  return found;
}

}  // namespace

FrozenUser::FrozenUser(UserId id, const User& user) : id_(id), last_id_(user.last_id()) {
  user.ForEachAccount([&](Currency currency, const Account& account) {
    accounts_.push_back({.currency = currency,
                         .total = account.total(),
                         .held = account.held(),
                         .has_lots = account.lot_count() > 0});
  });
}

void FrozenUser::BeforeChange(const User& user, const Event& event) {
  // The withdrawal's later steps leave the lots alone.
  if (event.type == EventType::kWithdrawalMoved) return;
  const auto frozen = std::find_if(accounts_.begin(), accounts_.end(), [&](const auto& account) {
    return account.currency == event.currency;
  });
  if (frozen == accounts_.end()) return;
  const Account& account = *user.Find(event.currency);
  auto& changed = frozen->changed;
  account.WalkLotsAfter(frozen->done, [&](Instant release_at, Amount amount) {
    if (release_at > event.at) return false;
    changed.try_emplace(release_at, amount);
    return true;
  });
  if (!event.release_at || *event.release_at <= std::max(event.at, frozen->done)) return;
  changed.try_emplace(*event.release_at, LotAt(account, *event.release_at));
}

void FrozenUser::Forget(size_t account, Instant until) {
  FrozenAccount& frozen = accounts_[account];
  frozen.done = until;
  frozen.changed.erase(frozen.changed.begin(), frozen.changed.upper_bound(until));
}

void FrozenUser::WalkLotsAfter(const User& user, size_t account, Instant after,
                               absl::FunctionRef<bool(Instant, Amount)> visit) const {
  const FrozenAccount& frozen = accounts_[account];
  auto changed = frozen.changed.upper_bound(after);
  bool go_on = true;
  // Visits what was changed before `limit`.
  const auto visit_changed = [&](Instant limit) {
    for (; go_on && changed != frozen.changed.end() && changed->first < limit; ++changed) {
      go_on = visit(changed->first, changed->second);
    }
  };
  user.Find(frozen.currency)->WalkLotsAfter(after, [&](Instant release_at, Amount amount) {
    visit_changed(release_at);
    if (!go_on) return false;
    const bool same = changed != frozen.changed.end() && changed->first == release_at;
    go_on = visit(release_at, same ? changed->second : amount);
    if (same) ++changed;
    return go_on;
  });
  visit_changed(Instant(INT64_MAX));
}

}  // namespace wallet
