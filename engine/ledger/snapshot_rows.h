// A snapshot's records, as they are read: pure functions of bytes. The bytes are described in
// SNAPSHOT.md.
//
// Each reads the payload of one block and checks every field against its range, what a field means
// together with others of its record included; false for anything else. Rows are appended to what
// is cleared first, so that their memory serves for many blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/ledger/open_withdrawal.h"
#include "engine/ledger/snapshot_records.h"
#include "engine/ledger/types.h"

namespace wallet {

struct LotRow {
  Instant release_at;
  Amount amount;
};

struct AccountRow {
  Currency currency;
  Amount total;
  Amount held;
  size_t lots = 0;           // how many of UserRows::lots are its own
  bool lots_follow = false;  // in LotsBlocks
};

struct UserRow {
  UserId id;
  TransactionId last_id;
  size_t accounts = 0;  // how many of UserRows::accounts are his own; ≥ 1
};

struct UserRows {
  std::vector<UserRow> users;
  std::vector<AccountRow> accounts;
  std::vector<LotRow> lots;  // rising within an account
};
bool DecodeUsers(std::string_view payload, UserRows& rows);

struct LotsRows {
  UserId user;
  Currency currency;
  bool last = false;
  std::vector<LotRow> lots;  // rising
};
bool DecodeLots(std::string_view payload, LotsRows& rows);

bool DecodeOpen(std::string_view payload, std::vector<OpenWithdrawal>& rows);

bool DecodeEnd(std::string_view payload, SectionEnd& end);

}  // namespace wallet
