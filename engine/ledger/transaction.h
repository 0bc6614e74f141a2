// A transaction as clients see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/ledger/types.h"

namespace wallet {

// Stored and sent: numbers are pinned.
enum class TransactionType : uint8_t {
  kCharge = 1,
  kWithdraw = 2,
  kReturn = 3,    // reserved
  kReversal = 4,  // reserved
};

// The finer state of a withdrawal. Stored and sent: numbers are pinned.
enum class Substatus : uint8_t {
  kNone = 0,         // not a withdrawal
  kQueued = 1,       // no attempt under way: never sent, or only attempts that sent nothing
  kDispatching = 2,  // an attempt is recorded and may have reached the bank
  kUnknown = 3,      // an attempt ended without proof
  kInquiring = 4,    // the bank is being asked by reference
  kReview = 5,       // attempts used up without proof: an operator decides
  kCompleted = 6,
  kFailed = 7,
};
inline constexpr int kSubstatusCount = 8;

// Publicly a withdrawal is pending until it is completed or failed.
enum class Status : uint8_t { kPending = 1, kCompleted = 2, kFailed = 3 };

constexpr Status StatusOf(Substatus substatus) {
  switch (substatus) {
    case Substatus::kNone:
    case Substatus::kCompleted:
      return Status::kCompleted;
    case Substatus::kFailed:
      return Status::kFailed;
    default:
      return Status::kPending;
  }
}

// "queued", "pending", "charge" …: the names clients see. "" for kNone.
std::string_view ToString(TransactionType type);
std::string_view ToString(Substatus substatus);
std::string_view ToString(Status status);
std::optional<Substatus> ParseSubstatus(std::string_view name);

// The views belong to whoever made the struct; each maker says for how long they live.
struct Transaction {
  UserId user;
  TransactionId id;
  TransactionType type = TransactionType::kCharge;
  Substatus substatus = Substatus::kNone;
  Currency currency;
  Epoch epoch;    // withdrawals: the one it was accepted under
  Amount amount;  // signed: a withdrawal's is negative
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> release_at;        // as requested
  std::optional<TransactionId> related_id;  // reserved for returns and reversals
  std::string_view key;
  std::optional<std::string_view> destination;  // withdrawals
  std::optional<std::string_view> description;
  std::string_view failure_code;  // empty when it has not failed
  std::string_view failure_message;

  Status status() const { return StatusOf(substatus); }
  bool operator==(const Transaction&) const = default;
};

}  // namespace wallet
