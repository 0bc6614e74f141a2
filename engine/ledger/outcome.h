// What a request can come to. One list for every interface.
#pragma once

#include <cstdint>
#include <string_view>

namespace wallet {

// In order of precedence: when several apply, the first is answered; which of several fields is
// named is not promised. The numbers are sent by the binary protocol and pinned; new ones are added
// with gaps in mind, never renumbered.
enum class Outcome : uint8_t {
  kOk = 0,
  // The request as such.
  kMalformedRequest = 1,
  kNotFound = 2,
  kMethodNotAllowed = 3,
  kUnsupportedMediaType = 4,
  kBodyTooLarge = 5,
  kMissingField = 10,
  kInvalidField = 11,
  kUnknownField = 12,
  // The server's state, before the request is looked at.
  kShuttingDown = 20,
  kOverloaded = 21,
  kRateLimited = 22,  // known at the edge, before a shard can say that it is overloaded
  // The ledger's state.
  kDuplicateRequest = 30,
  kIdempotencyKeyReused = 31,
  kAmountOutOfRange = 32,
  kInsufficientBalance = 33,
  kStorageFull = 34,
  kQueueFull = 35,
  kTransactionNotFound = 36,
  kIllegalTransition = 37,  // a withdrawal is not in a state that allows this
  kPositionTooOld = 38,     // the log no longer has what happened right behind it
  // Whether anything happened is not known, or a bug.
  kOutcomeUnknown = 50,
  kInternal = 51,
};

// "insufficient_balance" …: stable, what HTTP answers as error.code. "ok" for kOk.
std::string_view Code(Outcome outcome);

// One sentence that says what to do; used when nothing more exact is known.
std::string_view DefaultMessage(Outcome outcome);

}  // namespace wallet
