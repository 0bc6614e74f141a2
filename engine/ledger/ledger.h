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

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/ledger/command.h"
#include "engine/ledger/event.h"
#include "engine/ledger/outcome.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

// What a decision may depend on besides the ledger's own state.
struct Context {
  // Never less than in an earlier call.
  Instant now;
  // New withdrawals are accepted under it.
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

// A withdrawal that is not completed or failed.
struct OpenWithdrawal {
  UserId user;
  TransactionId id;
  Currency currency;
  Amount amount;  // > 0: what is held
  Epoch epoch;
  Instant created_at;
  Instant updated_at;
  Substatus substatus = Substatus::kQueued;
  uint32_t attempts = 0;
  // Some attempt may have paid: from then on no attempt's refusal is proof, only the bank's word
  // about the reference is.
  bool may_have_paid = false;
  std::string bank;  // of the last attempt; empty before the first
  std::string destination;
};

// An order-free sum of hashes: equal for equal states whatever the shards, the order of events
// between users, or the machine. Two ledgers' digests add up to that of their union.
struct Digest {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Digest&) const = default;
  Digest& operator+=(const Digest& other);  // 128-bit, wraps
};
std::string ToHex(const Digest& digest);

class Ledger {
 public:
  Ledger();
  ~Ledger();
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;

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

  // Zeros for an account never seen. `now` decides what has matured; changes nothing.
  Balance BalanceOf(UserId user, Currency currency, Instant now) const;

  // Bring the user's state closer to the processor, in two steps with other work between them;
  // hints.
  void PrefetchIndex(UserId user) const;
  void PrefetchUser(UserId user) const;

  // How many transactions the user has: the id of the newest.
  TransactionId LastTransaction(UserId user) const;

  // Null when it is not open. Valid until the next change.
  const OpenWithdrawal* FindOpen(UserId user, TransactionId id) const;
  // In order of (user, id).
  void ForEachOpen(absl::FunctionRef<void(const OpenWithdrawal&)> visit) const;
  // Open withdrawals in that substatus. O(1).
  int64_t OpenCount(Substatus substatus) const;

  int64_t account_count() const;
  Instant last_stamp() const;  // of the newest event applied; 0 before any

  // Of all accounts matured to `now`, all open withdrawals and all keys ever used.
  Digest DigestAt(Instant now) const;

  // Recounts everything that is kept incrementally (conservation per currency in 128 bits, holds
  // against open withdrawals, parts ≥ 0); aborts on any difference. O(state): for tests, `verify`.
  void CheckInvariants() const;

 private:
  struct State;

  // What the write comes to; for kOk a withdrawal's place is reserved.
  Outcome Judge(const Charge& charge, const Context& context) const;
  Outcome Judge(const Withdraw& withdraw, const Context& context) const;
  // What the events of both have in common, made in place: an event is large.
  template <class Write>
  Event& Create(const Write& write, EventType type, const Context& context,
                Execution& execution) const;

  std::unique_ptr<State> state_;
};

}  // namespace wallet
