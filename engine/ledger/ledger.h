// The ledger: a pure, deterministic state machine over accounts and open withdrawals.
//
// No I/O, clock, thread, randomness, floating point or hash-order dependence: the time is an
// argument, and the same calls give the same state and events everywhere. Execute decides, Apply
// changes; Execute calls Apply, and recovery calls Apply alone, so a replay runs the same code.
//
// What a transaction looked like and which keys were used is not kept here but by the owner
// (engine/history.h): it looks a key up and passes what it found in the Context.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/ledger/command.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/event.h"
#include "engine/ledger/open_withdrawal.h"
#include "engine/ledger/outcome.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

// What a decision may depend on besides the ledger's own state.
struct Context {
  // Never less than in an earlier call.
  Instant now;
  // New withdrawals are accepted under it; those of another are never sent (STATES.md).
  Epoch epoch;
  // The transaction of this user under the command's key, or null. Valid during the call.
  const Transaction* prior = nullptr;
  // Whether clients' writes are refused for want of disk space.
  bool storage_full = false;
  // Takes one of the bank's bounded places; false if none is free. Called at most once, last of all
  // checks, and the place is then owned by the accepted withdrawal.
  absl::FunctionRef<bool()> reserve_place;
};

struct Execution {
  Outcome outcome = Outcome::kOk;
  // What was applied; absent for refusals, and for a step that changes nothing. Its views are the
  // command's.
  std::optional<Event> event;
};

// What can be said of a user's transactions without seeing them.
struct UserSummary {
  TransactionId last;       // the id of the newest, and so how many there are
  size_t currencies = 0;    // in how many he has had transactions
  Currency first_currency;  // of them, the one he began with
};

class HugeReserve;
class LedgerSnapshot;
struct LedgerState;

class Ledger {
 public:
  Ledger();
  ~Ledger();
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;

  // Memory for new users comes from there from now on; it outlives the ledger.
  void UseReserve(HugeReserve& reserve);

  // In this order: duplicate_request or idempotency_key_reused (context.prior),
  // amount_out_of_range, insufficient_balance, storage_full, queue_full. A refusal changes nothing.
  Execution Execute(const Charge& charge, const Context& context);
  Execution Execute(const Withdraw& withdraw, const Context& context);

  // The withdrawal's state machine (engine/ledger/STATES.md). transaction_not_found when no such
  // withdrawal is open; illegal_transition when its state does not allow the step, e.g. the late
  // report of an earlier attempt. Either changes nothing.
  Execution Execute(const Advance& advance, const Context& context);

  // Changes the state by what happened. An event that does not fit the state is a broken invariant
  // and aborts: the log is checked for damage before its events get here.
  void Apply(const Event& event);

  // Zeros for an account never seen. `now` decides what has matured; changes nothing. Of a later
  // instant: what it will be if nothing else happens, open withdrawals still held.
  Balance BalanceOf(UserId user, Currency currency, Instant now) const;
  // The account's first `limit` releases behind `after`, which is not before the last stamp, by
  // instant; charges of one instant are one release. O(limit), but for finding the first.
  std::vector<Release> ReleasesOf(UserId user, Currency currency, Instant after,
                                  size_t limit) const;

  // Bring the user's state closer to the processor, in steps with other work between them; hints.
  void PrefetchIndex(UserId user) const;
  void PrefetchUser(UserId user) const;
  void PrefetchLots(UserId user) const;

  // Zeros for a user never seen.
  UserSummary SummaryOf(UserId user) const;

  // Null when it is not open. Valid until the next change.
  const OpenWithdrawal* FindOpen(UserId user, TransactionId id) const;
  // In order of (user, id).
  void ForEachOpen(absl::FunctionRef<void(const OpenWithdrawal&)> visit) const;
  // Open withdrawals in that substatus. O(1).
  int64_t OpenCount(Substatus substatus) const;

  int64_t account_count() const;
  int64_t transaction_count() const;  // ever; O(users)
  Instant last_stamp() const;         // of the newest event applied; 0 before any

  // Of all accounts matured to `now`, all open withdrawals and all keys ever used.
  Digest DigestAt(Instant now) const;

  // Whether what the accounts hold is, in every currency and in 128 bits, what came in less what
  // went out, and what they hold back is what the open withdrawals are about. Kept incrementally:
  // O(currencies).
  bool ConservationHolds() const;

  // Freezes the state as it is now, to be written down in slices while the ledger goes on
  // (engine/ledger/ledger_snapshot.h). O(currencies). Aborts while another snapshot is open, and
  // when conservation does not hold. The snapshot must end before the ledger does.
  std::unique_ptr<LedgerSnapshot> BeginSnapshot();

  // Recounts everything that is kept incrementally (conservation, holds against open withdrawals,
  // parts ≥ 0); aborts on any difference. O(state): for tests, `verify`.
  void CheckInvariants() const;

 private:
  friend class LedgerLoader;

  // What the write comes to; for kOk a withdrawal's place is reserved.
  Outcome Judge(const Charge& charge, const Context& context) const;
  Outcome Judge(const Withdraw& withdraw, const Context& context) const;
  // What the events of both have in common, made in place: an event is large.
  template <class Write>
  Event& Create(const Write& write, EventType type, const Context& context,
                Execution& execution) const;

  std::unique_ptr<LedgerState> state_;
};

}  // namespace wallet
