#include "net/client/unit.h"

#include "net/client/codec.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet::client {
namespace {

bool MayBeTriedAgain(Code code) {
  return code == Code::kOverloaded || code == Code::kShuttingDown || code == Code::kRateLimited ||
         (code == Code::kOutcomeUnknown && !WALLET_MUTANT("outcome_unknown_not_retried"));
}

// Refusals that every try of the same operation would have met.
bool HoldsForEveryTry(Code code) {
  switch (code) {
    case Code::kMalformedRequest:
    case Code::kMissingField:
    case Code::kInvalidField:
    case Code::kUnknownField:
    case Code::kIdempotencyKeyReused:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Unit::Seal(int64_t listed) {
  operations_.push_back({.end = static_cast<uint32_t>(bytes_.size())});
  ++open_;
  listed_ += listed;
}

std::string_view Unit::bytes(size_t first, size_t count) const {
  const size_t begin = first == 0 ? 0 : operations_[first - 1].end;
  return std::string_view(bytes_).substr(begin, operations_[first + count - 1].end - begin);
}

void Unit::Send(size_t first, size_t count) {
  for (size_t i = first; i < first + count; ++i) operations_[i].sent = true;
}

bool Unit::Receive(size_t index, const WireResult& result, std::string_view epoch, bool retry) {
  Operation& operation = operations_[index];
  if (operation.ended) return true;
  operation.sent = false;
  const Code code = result.code;
  if (retry && MayBeTriedAgain(code)) {
    if (code == Code::kOutcomeUnknown) {
      operation.perhaps_done = true;
    } else {
      operation.refused = code;
    }
    return false;
  }
  const bool own = code == Code::kDuplicateRequest && operation.perhaps_done &&
                   !WALLET_MUTANT("own_duplicate_not_seen");
  Finish(operation, {result, epoch, /*replayed=*/own, InDoubt(operation, code)});
  return true;
}

bool Unit::InDoubt(const Operation& operation, Code code) const {
  return operation.perhaps_done && code != Code::kOk && code != Code::kDuplicateRequest &&
         !HoldsForEveryTry(code);
}

void Unit::Lose(size_t index) {
  operations_[index].sent = false;
  operations_[index].perhaps_done = true;
}

void Unit::GiveUp(size_t index, const std::string& why) {
  Operation& operation = operations_[index];
  if (operation.ended) return;
  const bool perhaps_done = operation.sent || operation.perhaps_done;
  if (kind_ == Kind::kWrite && perhaps_done) {
    return Refuse(index, Code::kOutcomeUnknown,
                  why + "; whether it was done is not known: send it again with the same key.");
  }
  if (!perhaps_done && operation.refused != Code::kOk) {
    return Refuse(index, operation.refused,
                  why +
                      "; the server has refused it so far, and nothing was done: send it again "
                      "later with the same key.");
  }
  Refuse(index, Code::kUnreachable, why + "; nothing was done.");
}

void Unit::GiveUp(const std::string& why) {
  for (size_t i = 0; i < operations_.size(); ++i) GiveUp(i, why);
}

void Unit::Refuse(size_t index, Code code, const std::string& message) {
  Finish(operations_[index], {.result = WireResult::Refusal(code, message), .epoch = {}});
}

void Unit::Finish(Operation& operation, const Ending& ending) {
  WALLET_CHECK(!operation.ended);
  operation.ended = true;
  if (--open_ == 0 && is_linked()) unlink();
  End(static_cast<size_t>(&operation - operations_.data()), ending);
}

}  // namespace wallet::client
