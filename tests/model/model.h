// The wallet as simply as it can be written: lists, and sums over all of them.
//
// Written independently of the ledger, from the contract. Every balance is counted anew from the
// user's whole list of transactions; there is no running total that could be wrong. Tests run the
// same requests through both and compare.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wallet::model {

struct Request {
  bool withdraw = false;
  int64_t user = 0;
  int64_t amount = 0;
  std::string key;
  std::string currency;
  std::optional<int64_t> release_at;       // charges
  std::optional<std::string> destination;  // withdrawals
  std::optional<std::string> description;
  bool operator==(const Request&) const = default;
};

struct Entry {
  int64_t id = 0;
  Request request;
  std::string status;  // "pending", "completed", "failed"
  int64_t created_at = 0;
  int64_t updated_at = 0;
  // Withdrawals; kept by tests/model/withdrawal.h.
  std::string substatus;
  std::string bank;            // of the last attempt
  int64_t attempts = 0;        // begun
  bool may_have_paid = false;  // some attempt's fate was unclear
  std::string failure_code;
  std::string failure_message;
};

// A step of a withdrawal's life.
struct Move {
  int64_t at = 0;
  std::string to;        // the substatus
  int64_t attempts = 0;  // begun, with this step
  std::string bank;      // when an attempt begins
  std::string code;
  std::string message;
};

struct Balance {
  int64_t total = 0, withdrawable = 0, unreleased = 0, held = 0;
  bool operator==(const Balance&) const = default;
};

// What becomes withdrawable at one instant.
struct Release {
  int64_t at = 0;
  int64_t amount = 0;
  bool operator==(const Release&) const = default;
};

class Wallet {
 public:
  // The contract's code: "ok", "duplicate_request", "idempotency_key_reused",
  // "amount_out_of_range", "insufficient_balance" or "queue_full". Only "ok" changes anything.
  std::string Do(const Request& request, int64_t now, bool place_free = true);

  // A pending withdrawal ends.
  void End(int64_t user, int64_t id, bool paid);

  // A withdrawal takes a step. Empty, or why the contract forbids it (then nothing changes).
  std::string Take(int64_t user, int64_t id, const Move& move);

  Balance BalanceOf(int64_t user, const std::string& currency, int64_t now) const;

  // As it was at an instant that has passed, or, when nothing was stamped later, will be.
  Balance BalanceAt(int64_t user, const std::string& currency, int64_t at) const;
  // What is released behind the instant, in order of time; at most so many.
  std::vector<Release> ReleasesOf(int64_t user, const std::string& currency, int64_t at,
                                  int64_t most) const;

  // Oldest first; ids are 1, 2, 3 …
  const std::vector<Entry>& Entries(int64_t user) const;
  std::vector<std::pair<int64_t, int64_t>> Pending() const;  // (user, id)
  const std::map<int64_t, std::vector<Entry>>& users() const { return users_; }

  // Null when there is none.
  const Entry* Find(int64_t user, int64_t id) const;
  const Entry* FindKey(int64_t user, const std::string& key) const;

 private:
  std::map<int64_t, std::vector<Entry>> users_;
};

}  // namespace wallet::model
