// What a ledger consists of, and how an event changes it: the inside of engine/ledger/ledger.h,
// shared with what writes it down and reads it again (ledger_snapshot.h, ledger_loader.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "engine/ledger/digest.h"
#include "engine/ledger/event.h"
#include "engine/ledger/open_withdrawal.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "engine/ledger/user_table.h"

namespace wallet {

class LedgerSnapshot;

using Int128 = __int128;

// One currency's money over all accounts, counted in two ways that share no code: by the events,
// and by what the accounts came to.
struct Flow {
  Int128 charged = 0;
  Int128 paid = 0;
  Int128 held = 0;

  Int128 in_accounts = 0;
  Int128 held_in_accounts = 0;

  bool Conserves() const {
    return in_accounts == charged - paid && held_in_accounts == held && held >= 0 && paid >= 0 &&
           in_accounts >= held;
  }
};
using Flows = std::map<Currency, Flow>;

struct OpenEntry {
  OpenWithdrawal withdrawal;
  // The last cut (LedgerState::cuts) that has it behind itself: it was written then, or made later.
  uint64_t done_in_cut = 0;
};
using OpenMap = std::map<std::pair<UserId, TransactionId>, OpenEntry>;

struct LedgerState {
  LedgerState() = default;
  LedgerState(LedgerState&&) = delete;
  // Aborts while a snapshot is open: that refers to it.
  ~LedgerState();

  UserTable users;
  OpenMap open;
  std::array<int64_t, kSubstatusCount> open_counts{};
  Flows flows;
  int64_t accounts = 0;
  Instant last_stamp;
  Digest keys;

  // The snapshot that must see what it has not written yet before that changes, or null.
  LedgerSnapshot* snapshot = nullptr;
  uint64_t cuts = 0;  // how many snapshots were begun

  void Apply(const Event& event);

  const Account* FindAccount(UserId user, Currency currency) const;
  TransactionId LastId(UserId user) const;
  // False when there is one of this user and id.
  bool AddOpen(OpenWithdrawal withdrawal);
  int64_t& Count(Substatus substatus) { return open_counts[static_cast<size_t>(substatus)]; }

  Digest DigestAt(Instant now) const;
  bool ConservationHolds() const;
  void CheckInvariants() const;

 private:
  void ApplyCreated(const Event& event);
  void ApplyMoved(const Event& event);
  void End(OpenMap::iterator open, const Event& event);
};

}  // namespace wallet
