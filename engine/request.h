// What clients ask for, as it comes off the wire, and the one place that judges whether it is
// valid.
//
// Both interfaces fill a …Request with what was sent (absent = null = nullopt), and get an
// Operation that a shard can run, or a Refusal. Nothing here depends on state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/ledger/command.h"
#include "engine/ledger/limits.h"
#include "engine/ledger/outcome.h"
#include "engine/ledger/types.h"
#include "wal/base/position.h"

namespace wallet {

struct WriteRequest {
  std::optional<int64_t> user_id;
  std::optional<int64_t> amount;
  std::optional<std::string_view> idempotency_key;
  std::optional<std::string_view> currency;
  std::optional<Instant> release_at;            // charges only
  std::optional<std::string_view> destination;  // withdrawals only
  std::optional<std::string_view> description;
};

struct BalanceRequest {
  std::optional<int64_t> user_id;
  std::optional<std::string_view> currency;
  std::optional<Instant> at;        // absent: now
  std::optional<int64_t> schedule;  // 1 … kMaxScheduleLimit: so many of the next releases
};

// Exactly one of id and idempotency_key.
struct TransactionRequest {
  std::optional<int64_t> user_id;
  std::optional<int64_t> id;
  std::optional<std::string_view> idempotency_key;
};

// At most one of page, before_id and after_id.
struct TransactionsRequest {
  std::optional<int64_t> user_id;
  std::optional<std::string_view> currency;
  std::optional<int64_t> page;       // ≥ 1; past the end is an empty page
  std::optional<int64_t> limit;      // 1 … kMaxListLimit
  std::optional<int64_t> before_id;  // ≥ 1: ids below it, newest first
  std::optional<int64_t> after_id;   // ≥ 0: ids above it, oldest first
};

// A position as a client names it.
struct LedgerPosition {
  Epoch epoch;
  Position position;
  bool operator==(const LedgerPosition&) const = default;
};

// What happened to the transactions of all users, in the log's order.
struct ChangesRequest {
  std::optional<LedgerPosition> after;  // absent: from the oldest that is kept
  std::optional<int64_t> limit;         // 1 … kMaxListLimit
};

// Open withdrawals of all users, or of one; oldest first.
struct WithdrawalsRequest {
  std::optional<int64_t> user_id;
  std::optional<std::string_view> substatus;
  std::optional<int64_t> limit;  // 1 … kMaxListLimit
};

// An operator's decision on a withdrawal in review.
struct ResolveRequest {
  std::optional<int64_t> user_id;
  std::optional<int64_t> id;
  std::optional<bool> paid;
  std::optional<std::string_view> note;
};

// The validated forms. Views are those of the request.
struct ReadBalance {
  UserId user;
  Currency currency;
  std::optional<Instant> at = {};  // absent: now
  int64_t schedule = 0;            // releases to be listed; 0: none were asked for
};
struct ReadTransaction {
  UserId user;
  std::optional<TransactionId> id;  // otherwise by key
  std::string_view key;
};
enum class ListOrder : uint8_t { kPage, kBefore, kAfter };
struct ListTransactions {
  UserId user;
  std::optional<Currency> currency;  // all when absent
  ListOrder order = ListOrder::kPage;
  int64_t page = 1;    // kPage
  TransactionId from;  // kBefore, kAfter; not part of the answer
  int64_t limit = kDefaultListLimit;
  // For the engine's own readers: with Page::balances.
  bool with_balances = false;
};
// Open withdrawals of one shard's users, oldest first.
struct ListWithdrawals {
  std::optional<UserId> user;
  std::optional<Substatus> substatus;
  int64_t limit = kDefaultListLimit;
};

// Not of a shard's users but of all.
struct ListChanges {
  std::optional<LedgerPosition> after;
  int64_t limit = kDefaultChangesLimit;
};

using Operation = std::variant<Charge, Withdraw, ReadBalance, ReadTransaction, ListTransactions,
                               ListWithdrawals, Advance, ListChanges>;

// Whose operation it is; nullopt for one about many users.
std::optional<UserId> UserOf(const Operation& operation);

struct Refusal {
  Outcome outcome = Outcome::kInvalidField;
  std::string_view field;  // of static storage; may be empty
  std::string message;     // says what to do
};

using Validated = std::variant<Operation, Refusal>;

Validated ValidateCharge(const WriteRequest& request, Currency default_currency);
Validated ValidateWithdraw(const WriteRequest& request, Currency default_currency);
Validated Validate(const BalanceRequest& request, Currency default_currency);
Validated Validate(const TransactionRequest& request);
Validated Validate(const TransactionsRequest& request);
Validated Validate(const WithdrawalsRequest& request);
Validated Validate(const ChangesRequest& request);
Validated Validate(const ResolveRequest& request);

}  // namespace wallet
