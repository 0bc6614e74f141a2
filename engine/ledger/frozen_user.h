// A user of many lots as he was at a snapshot's cut, while he goes on.
#pragma once

#include <cstddef>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "engine/ledger/event.h"
#include "engine/ledger/types.h"
#include "engine/ledger/user_table.h"

namespace wallet {

// A copy of a hundred thousand lots would hold the shard up: so only numbers are copied, and of the
// lots those that are about to change. Every change of the user since it was made must be told.
class FrozenUser {
 public:
  struct FrozenAccount {
    Currency currency;
    Amount total;
    Amount held;
    bool has_lots = false;
    // Of the lots changed since, behind `done`: what they were, kNoAmount for those that were not
    // there.
    absl::btree_map<Instant, Amount> changed;
    Instant done{-1};
  };

  FrozenUser(UserId id, const User& user);

  // `event` is about to be applied to `user`. O(log lots), but for the lots that it releases.
  void BeforeChange(const User& user, const Event& event);

  // The account's lots up to `until` are not asked for any more.
  void Forget(size_t account, Instant until);

  UserId id() const { return id_; }
  TransactionId last_id() const { return last_id_; }
  const std::vector<FrozenAccount>& accounts() const { return accounts_; }

  // Visits the account's lots as they were, by instant, beginning behind `after`, until `visit`
  // returns false. Lots made since are visited, too, with kNoAmount, so that a visitor sees how far
  // the walk has come. `user` is the user as he is now.
  void WalkLotsAfter(const User& user, size_t account, Instant after,
                     absl::FunctionRef<bool(Instant, Amount)> visit) const;

 private:
  const UserId id_;
  const TransactionId last_id_;
  std::vector<FrozenAccount> accounts_;
};

}  // namespace wallet
