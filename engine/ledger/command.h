// What the ledger can be asked to do. A command is valid by construction: engine/request.h checks
// what clients send and makes commands of it. Views must outlive the call they are passed to.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

struct Charge {
  UserId user;
  Currency currency;
  Amount amount;  // > 0
  std::string_view key;
  std::optional<Instant> release_at;
  std::optional<std::string_view> description;
};

struct Withdraw {
  UserId user;
  Currency currency;
  Amount amount;  // > 0
  std::string_view key;
  std::optional<std::string_view> destination;
  std::optional<std::string_view> description;
};

// What the dispatcher is about to do with a withdrawal, or has learnt about it.
enum class BankStep : uint8_t {
  kBeginAttempt,     // about to send the payment
  kPaid,             // the attempt's answer proves the payment
  kDeclined,         // the attempt's answer: this payment is not and will not be made
  kNotSent,          // proof that nothing of the attempt reached the bank
  kUnclear,          // anything else: a time-out, a reset, a 5xx, an unreadable answer
  kBeginInquiry,     // about to ask the bank by reference
  kInquiryPaid,      // the bank knows the reference as paid
  kInquiryDeclined,  // the bank knows the reference as finally not paid
  kInquiryNotFound,  // the bank does not know the reference: no proof
  kGiveUp,           // no further step can bring proof: to review
  kResolvePaid,      // an operator's decision on a withdrawal in review
  kResolveNotPaid,
};
std::string_view ToString(BankStep step);

struct Advance {
  UserId user;
  TransactionId id;
  BankStep step = BankStep::kBeginAttempt;
  uint32_t attempt = 0;       // the attempt a report speaks of; unused by the other steps
  uint32_t max_attempts = 0;  // the bound in force; unused by kResolve…
  bool can_resend = true;     // whether the bank takes a reference it may have seen again
  std::string_view bank;      // the bank's stable name, for kBeginAttempt
  std::string_view code;      // why, for kDeclined, kNotSent, kUnclear, kGiveUp …; may be empty
  std::string_view message;
};

}  // namespace wallet
