// Which ids a user has, of all currencies or of one, wherever their transactions are.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/generation.h"
#include "engine/history.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/types.h"

namespace wallet {

// A sequence of ids that rises: those in the index, then those of the generations, the older one
// first. Where a user has but one currency it is 1 … n, and the index need not be asked.
//
// Where `disk` comes out with something wanted, answers mean nothing. Lives no longer than what it
// is made of.
class UserIds {
 public:
  // `frozen` may be null.
  UserIds(UserId user, std::optional<Currency> currency, const UserSummary& summary,
          const Generation& growing, const Generation* frozen, Disk& disk);

  int64_t size() const { return indexed_ + frozen_.size() + growing_.size(); }
  // How many are below `id`.
  int64_t CountBelow(int64_t id) const;
  // Those at the places begin … end − 1.
  std::vector<TransactionId> At(int64_t begin, int64_t end) const;

 private:
  // Asks for what the index has of the currency.
  void CountIndexed();
  IndexLookup::Currency& WantCurrency() const;
  void AppendIndexed(int64_t begin, int64_t end, std::vector<TransactionId>& ids) const;

  const UserId user_;
  const Currency currency_;  // as the index is asked for it
  Disk& disk_;
  int64_t in_index_ = 0;  // the user's ids 1 … in_index_, of all currencies, are in the index
  int64_t indexed_ = 0;   // of them, of the currency
  CurrencyIds frozen_, growing_;
};

}  // namespace wallet
