#include "engine/ledger/outcome.h"

namespace wallet {
namespace {

struct Words {
  std::string_view code;
  std::string_view message;
};

Words WordsOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return {"ok", ""};
    case Outcome::kMalformedRequest:
      return {"malformed_request",
              "The request can't be read; correct its form and send it again."};
    case Outcome::kNotFound:
      return {"not_found", "There is no such call; see the list of calls in the manual."};
    case Outcome::kMethodNotAllowed:
      return {"method_not_allowed", "This call takes another method; see the Allow header."};
    case Outcome::kUnsupportedMediaType:
      return {"unsupported_media_type",
              "Send the body as JSON with Content-Type: application/json."};
    case Outcome::kBodyTooLarge:
      return {"body_too_large", "The body is larger than the server takes; send a smaller one."};
    case Outcome::kMissingField:
      return {"missing_field", "A required field is missing; add it."};
    case Outcome::kInvalidField:
      return {"invalid_field", "A field has a value that is not allowed; correct it."};
    case Outcome::kUnknownField:
      return {"unknown_field", "A field is not known or stands twice; remove it."};
    case Outcome::kShuttingDown:
      return {
          "shutting_down",
          "The server is stopping; nothing was done. Send the same request again, with the same "
          "idempotency key."};
    case Outcome::kOverloaded:
      return {"overloaded",
              "The server has more work than it takes; nothing was done. Wait, then send the same "
              "request again, with the same idempotency key."};
    case Outcome::kRateLimited:
      return {"rate_limited",
              "Too many requests; nothing was done. Wait, then send the same request again, with "
              "the same idempotency key."};
    case Outcome::kDuplicateRequest:
      return {
          "duplicate_request",
          "This request was done before; here is its transaction as it is now. Nothing was done "
          "again."};
    case Outcome::kIdempotencyKeyReused:
      return {"idempotency_key_reused",
              "This user has used the idempotency key for another request; choose a new key for a "
              "new request."};
    case Outcome::kAmountOutOfRange:
      return {
          "amount_out_of_range",
          "The account's total would exceed 9223372036854775807 minor units; nothing was done."};
    case Outcome::kInsufficientBalance:
      return {"insufficient_balance",
              "The amount is more than what is withdrawable now; nothing was done. Look at the "
              "balance for what is unreleased or held."};
    case Outcome::kStorageFull:
      return {
          "storage_full",
          "The server's disk is nearly full; nothing was done. Send the same request again, with "
          "the same idempotency key, when there is room."};
    case Outcome::kQueueFull:
      return {"queue_full",
              "As many withdrawals are under way as the server takes; nothing was done. Wait, then "
              "send the same request again, with the same idempotency key."};
    case Outcome::kTransactionNotFound:
      return {"transaction_not_found", "The user has no such transaction."};
    case Outcome::kIllegalTransition:
      return {"illegal_transition",
              "The withdrawal is not in a state that allows this; look at its substatus."};
    case Outcome::kPositionTooOld:
      return {"position_too_old",
              "The changes behind this position are no longer kept. Keep what you have, note this "
              "answer's position, read your users' balances and transactions anew, and go on with "
              "the changes after that position."};
    case Outcome::kOutcomeUnknown:
      return {
          "outcome_unknown",
          "Whether the request was done is not known. Send the same request again, with the same "
          "idempotency key: it is never done twice."};
    case Outcome::kInternal:
      return {"internal",
              "The server met an error of its own; whether the request was done is not known. Send "
              "the same request again, with the same idempotency key."};
  }
  return {"internal", ""};
}

}  // namespace

std::string_view Code(Outcome outcome) { return WordsOf(outcome).code; }
std::string_view DefaultMessage(Outcome outcome) { return WordsOf(outcome).message; }

}  // namespace wallet
