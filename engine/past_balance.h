// An account as it was at an instant that has passed, made of its rows. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

// Takes the account's transactions from the newest one created by the instant back, each with the
// balance that the account had right after it, until it knows enough.
//
// From one of them, the anchor, that balance says what was unreleased and held then; the walk goes
// on until the charges and the withdrawals that these sums are made of have all been seen. What
// matured, was paid or failed between the anchor and the instant is known from the rows: so the
// work is bounded by what was unreleased and open then.
//
// The anchor is the newest transaction, unless a withdrawal ended at the very stamp of the anchor
// (stamps repeat while the clock stands still): rows do not say which of the two came first. Then
// the walk begins anew, with an anchor of an earlier stamp.
class PastBalance {
 public:
  enum class Next : uint8_t {
    kOlder,  // the account's transaction before this one
    kAnew,   // the newest one again
    kDone,
  };

  // Every event up to `at` must have happened: later ones have later stamps.
  explicit PastBalance(Instant at) : at_(at) {}

  // The transaction as it is now, or at any time since `at`; `after`: the account's balance when it
  // had been created.
  Next Take(const Transaction& transaction, const Balance& after);

  // The balance, when Take says kDone or there are no more transactions. kDataLoss when these do
  // not make up the sums.
  absl::StatusOr<Balance> Finish() const;

 private:
  // Sums may pass 64 bits on the way to a balance that does not.
  using Sum = __int128;

  enum class Ended : uint8_t { kNo, kPaid, kFailed };
  // What had become of the withdrawal by the instant.
  Ended EndedBy(const Transaction& withdrawal, Instant instant) const;

  void AddAfterAnchor(const Transaction& transaction);
  void AddBeforeAnchor(const Transaction& transaction);
  bool IsAmbiguous(const Transaction& transaction) const;
  bool IsComplete() const;
  void BeginAnew();

  const Instant at_;
  std::optional<Instant> anchor_before_;  // an anchor must have an earlier stamp

  std::optional<Instant> anchor_at_;  // once there is one
  Balance anchor_;
  Sum found_unreleased_ = 0;  // of the anchor's
  Sum found_held_ = 0;
  // At the instant.
  Sum total_ = 0;
  Sum unreleased_ = 0;
  Sum held_ = 0;
};

}  // namespace wallet
