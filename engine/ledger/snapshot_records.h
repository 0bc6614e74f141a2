// A snapshot's records, as they are written: users, lots, open withdrawals, the end. The bytes are
// described in SNAPSHOT.md and pinned by a golden file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/ledger/digest.h"
#include "engine/ledger/frozen_user.h"
#include "engine/ledger/ledger_state.h"
#include "engine/ledger/open_withdrawal.h"
#include "engine/ledger/snapshot_block.h"
#include "engine/ledger/types.h"
#include "engine/ledger/user_table.h"

namespace wallet {

// Users, each in relation to the one before it in the block.
class UserBlock {
 public:
  // All of him; at most kMaxInlineLots lots.
  void Add(UserId id, const User& user);
  // All but his lots, which must follow in LotsBlocks, account by account.
  void Add(const FrozenUser& user);

  const SnapshotBlock& block() const { return block_; }
  void MoveTo(std::string& out);

 private:
  void AddUser(UserId id, TransactionId last_id);
  void AddAccount(Currency currency, Amount total, Amount held, uint8_t flags);
  void AddLots(const Account& account);

  SnapshotBlock block_{BlockType::kUsers};
  UserId last_user_;
  Currency last_currency_;
  Instant last_instant_;
};

// Lots of one account, by instant.
class LotsBlock {
 public:
  void Begin(UserId user, Currency currency);
  void Add(Instant release_at, Amount amount);
  // `last`: the account has no more.
  void MoveTo(bool last, std::string& out);

  const SnapshotBlock& block() const { return block_; }

 private:
  SnapshotBlock block_{BlockType::kLots};
  Instant last_instant_;
};

// Open withdrawals.
class OpenBlock {
 public:
  void Add(const OpenWithdrawal& open);

  const SnapshotBlock& block() const { return block_; }
  void MoveTo(std::string& out) { block_.MoveTo(out); }

 private:
  SnapshotBlock block_{BlockType::kOpen};
};

// What a section must have come to, and what is not said of any user.
struct SectionEnd {
  int64_t users = 0;
  int64_t accounts = 0;
  int64_t open = 0;
  Instant last_stamp;
  Digest keys;
  Digest digest;  // of users, open withdrawals and keys, all lots included
  Flows flows;    // what came in and went out; not what accounts hold
};
// The whole block, sealed by a checksum: not everything in it can be counted again.
void AppendEnd(const SectionEnd& end, std::string& out);

}  // namespace wallet
