// What the client library speaks in: plain structs, no Protobuf, nothing of the server's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wal/base/instant.h"

namespace wallet::client {

// How a call ended. The numbers are the protocol's (net/PROTOCOL.md); the names are the contract's.
enum class Code : uint8_t {
  kOk = 0,
  kMalformedRequest = 1,
  kMissingField = 10,
  kInvalidField = 11,
  kUnknownField = 12,
  kShuttingDown = 20,
  kOverloaded = 21,
  kRateLimited = 22,
  kDuplicateRequest = 30,
  kIdempotencyKeyReused = 31,
  kAmountOutOfRange = 32,
  kInsufficientBalance = 33,
  kStorageFull = 34,
  kQueueFull = 35,
  kTransactionNotFound = 36,
  kIllegalTransition = 37,
  kPositionTooOld = 38,
  kOutcomeUnknown = 50,
  kInternal = 51,
  // The client's own: nothing of the call was sent before its deadline.
  kUnreachable = 100,
};
std::string ToString(Code code);  // "insufficient_balance" …

struct Charge {
  int64_t user_id = 0;
  int64_t amount = 0;  // minor units, > 0
  std::string idempotency_key;
  std::string currency = {};  // empty: the ledger's default
  std::optional<Instant> release_at = {};
  std::optional<std::string> description = {};
};

struct Withdraw {
  int64_t user_id = 0;
  int64_t amount = 0;
  std::string idempotency_key;
  std::string currency = {};
  std::optional<std::string> destination = {};
  std::optional<std::string> description = {};
};

// Enumerations arrive as the contract's names: `type` "charge", `status` "pending", `substatus`
// "queued" (empty for a charge).
struct Transaction {
  int64_t id = 0;
  int64_t user_id = 0;
  std::string currency;
  std::string type;
  std::string status;
  std::string substatus;
  int64_t amount = 0;  // a withdrawal's is negative
  std::string idempotency_key;
  std::string reference;
  std::optional<std::string> destination;
  std::optional<std::string> description;
  std::optional<int64_t> related_id;
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> release_at;
  std::string failure_code;
  std::string failure_message;
};

struct Balance {
  std::string currency;
  int64_t total = 0;
  int64_t withdrawable = 0;
  int64_t unreleased = 0;
  int64_t held = 0;
};

// The part that every answer has.
struct Answer {
  Code code = Code::kOk;
  std::string field;
  std::string message;   // what to do; empty when ok
  std::string position;  // opaque: durable at
  bool ok() const { return code == Code::kOk; }
};

struct WriteAnswer : Answer {
  // With kOk and kDuplicateRequest.
  std::optional<Transaction> transaction;
  std::optional<Balance> balance;
  // The write was done by an earlier try of this same call, whose answer was lost (code is kOk).
  bool replayed = false;
  // With a refusal: an earlier try of this same call got no answer. A refusal speaks for its own
  // try alone, so the earlier one may have been done, or may yet be: send the call again with the
  // same key, or ask for the key, before anything else is done about that money.
  bool in_doubt = false;
};

struct ReadBalance {
  int64_t user_id = 0;
  std::string currency = {};             // empty: the ledger's default
  std::optional<Instant> at = {};        // absent: now
  std::optional<int64_t> schedule = {};  // 1 to 1000: so many of the next releases
};

// What becomes withdrawable at one instant.
struct Release {
  Instant release_at;
  int64_t amount = 0;
};

struct BalanceAnswer : Answer {
  Balance balance;
  // If `at` or `schedule` was asked for: the instant that the balance is of.
  std::optional<Instant> at;
  std::vector<Release> schedule;  // by instant
};

struct TransactionAnswer : Answer {
  std::optional<Transaction> transaction;
};

struct PageAnswer : Answer {
  std::vector<Transaction> transactions;
  int64_t total = 0;
  std::optional<int64_t> next;
};

// At most one of page, before_id and after_id.
struct ListTransactions {
  int64_t user_id = 0;
  std::string currency = {};  // empty: all
  std::optional<int64_t> page = {};
  std::optional<int64_t> limit = {};
  std::optional<int64_t> before_id = {};
  std::optional<int64_t> after_id = {};
};

// Open withdrawals, oldest first.
struct ListWithdrawals {
  std::optional<int64_t> user_id = {};
  std::string substatus = {};  // empty: all
  std::optional<int64_t> limit = {};
};

// What happened to the transactions of all users, in the order in which it happened.
struct ListChanges {
  std::string after = {};             // a position; empty: from the oldest that is kept
  std::optional<int64_t> limit = {};  // 1 to 1000 (100)
};

struct Change {
  std::string position;
  Transaction transaction;  // as it was right after that
};

// With kPositionTooOld, `position` is where to go on, once all else has been read anew.
struct ChangesAnswer : Answer {
  std::vector<Change> changes;
  std::string next;  // what to go on after
  std::string end;   // as far as there was anything to read; `next` when this was all
};

struct HealthAnswer : Answer {
  std::string status;  // ok | degraded | read_only | stopping
  std::string version;
  std::string epoch;
  std::string bank;
  int64_t queue_length = 0;
  int64_t queue_capacity = 0;
  std::vector<std::pair<std::string, int64_t>> by_substatus;
  int64_t uptime_s = 0;
  bool bank_paused = false;  // after a restore: nothing is sent to the bank
  int64_t rate_limited = 0;  // operations that were refused so since the server's start
};

// For operators, on the server's own machine.

struct Snapshot {
  uint64_t position = 0;
  Instant created_at;
  uint64_t bytes = 0;
  int64_t accounts = 0;
  int64_t open_withdrawals = 0;
  std::string path;    // on the server's machine
  std::string damage;  // why it can't be read; then the rest is unknown
};

// One that was asked for.
struct SnapshotAnswer : Answer {
  uint64_t ticket = 0;
  bool ended = false;
  std::optional<Snapshot> snapshot;  // once it has ended well: position, created_at, bytes
  std::string error;                 // or ill
};

struct SnapshotsAnswer : Answer {
  std::vector<Snapshot> snapshots;  // oldest first
  bool under_way = false;           // another one is being taken
};

// Absolute paths on the server's machine.
struct CreateBackup {
  std::string directory;  // to be made
  std::string earlier =
      {};              // a set on the same disk whose unchanged files are linked; may be empty
  uint64_t token = 0;  // random: asked again with the same one, it is the same request
};

struct BackupAnswer : Answer {
  std::string state;  // none | running | done | failed | cancelled
  std::string directory;
  std::string earlier;
  uint64_t token = 0;
  std::string phase;  // log (counted in events), files, verify (in bytes)
  uint64_t done = 0;  // of the phase
  uint64_t total = 0;
  std::string error;  // failed
  uint64_t end = 0;   // done: everything up to this position is in the set
  uint64_t copied_bytes = 0;
  uint64_t linked_bytes = 0;
};

}  // namespace wallet::client
