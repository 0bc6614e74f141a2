// What is asked of the wallet, and what it answers, in the model's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/outcome.h"
#include "tests/model/model.h"
#include "tests/model/view.h"
#include "tests/simulation/trace.h"

namespace wallet::simulation {

enum class CallKind : uint8_t {
  kWrite,    // request
  kBalance,  // request.user, request.currency, at, schedule
  kById,     // request.user, id
  kByKey,    // request.user, request.key
  kList,     // request.user, query
  kReviews,  // the open withdrawals in review of all users of one shard
  kResolve,  // request.user, id, paid: an operator's decision
};

struct Call {
  CallKind kind = CallKind::kWrite;
  model::Request request;
  int64_t id = 0;
  model::Query query;
  std::optional<int64_t> at;  // the instant; none: now
  int64_t schedule = 0;       // so many of the next releases; 0: none
  bool paid = false;
  int shard = -1;  // kReviews; otherwise the user's
};

struct Answer {
  Outcome outcome = Outcome::kOk;
  uint64_t position = 0;
  std::optional<model::Transaction> transaction;
  std::optional<std::string> reference;  // of the transaction
  std::optional<model::Balance> balance;
  std::string currency;       // of the balance
  std::optional<int64_t> at;  // that the balance is of, where that was asked for
  std::optional<std::vector<model::Release>> schedule;
  std::vector<model::Transaction> transactions;  // of a list
  int64_t total = 0;
  std::optional<int64_t> next;
};

// A call that was handed to the wallet once; a retry is another.
struct Sent {
  enum class State : uint8_t { kOpen, kAnswered, kLost };

  int64_t number = 0;
  int client = 0;
  int64_t connection = 0;  // calls about a user that went over the same one are done in order
  Call call;
  // When it was sent.
  int64_t sent_us = 0;
  int64_t deadline_us = INT64_MAX;
  int64_t earliest_stamp = 0;  // what the wallet would have stamped
  uint64_t floor = 0;          // the highest position answered before
  int shard = 0;
  int shards = 0;
  int64_t places = 0;             // of that process
  int64_t file_failures = 0;      // until then
  uint64_t ceiling = UINT64_MAX;  // where the log ended when that process did
  // When it was answered.
  State state = State::kOpen;
  int64_t answered_us = 0;
  int64_t latest_stamp = 0;
  bool space_was_full = false;  // at some time while it was under way
  bool space_was_free = true;
  Answer answer;
};

// Whether the wallet said nothing about it that rules out that it was done.
inline bool MayHaveHappened(const Sent& sent) {
  return sent.state != Sent::State::kAnswered || sent.answer.outcome == Outcome::kOutcomeUnknown;
}

inline Subject SubjectOf(const Sent& sent) { return {sent.call.request.user, sent.call.id}; }

// One line, for a person.
std::string ToString(const Call& call);
std::string ToString(const Answer& answer);

}  // namespace wallet::simulation
