#include "net/client/types.h"

namespace wallet::client {

std::string ToString(Code code) {
  switch (code) {
    case Code::kOk:
      return "ok";
    case Code::kMalformedRequest:
      return "malformed_request";
    case Code::kMissingField:
      return "missing_field";
    case Code::kInvalidField:
      return "invalid_field";
    case Code::kUnknownField:
      return "unknown_field";
    case Code::kShuttingDown:
      return "shutting_down";
    case Code::kOverloaded:
      return "overloaded";
    case Code::kRateLimited:
      return "rate_limited";
    case Code::kDuplicateRequest:
      return "duplicate_request";
    case Code::kIdempotencyKeyReused:
      return "idempotency_key_reused";
    case Code::kAmountOutOfRange:
      return "amount_out_of_range";
    case Code::kInsufficientBalance:
      return "insufficient_balance";
    case Code::kStorageFull:
      return "storage_full";
    case Code::kQueueFull:
      return "queue_full";
    case Code::kTransactionNotFound:
      return "transaction_not_found";
    case Code::kIllegalTransition:
      return "illegal_transition";
    case Code::kPositionTooOld:
      return "position_too_old";
    case Code::kOutcomeUnknown:
      return "outcome_unknown";
    case Code::kInternal:
      return "internal";
    case Code::kUnreachable:
      return "unreachable";
  }
  return "code_" + std::to_string(static_cast<int>(code));
}

}  // namespace wallet::client
