// A group of operations for one shard, handed over and answered as one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/event.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/outcome.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "engine/request.h"
#include "wal/base/position.h"

namespace wallet {

class Batch;
class Cut;
class ShardTask;

// A page of transactions, or a shard's open withdrawals.
struct Page {
  std::vector<Transaction> transactions;
  int64_t total = 0;  // how many there are in all
  // What to pass to get the following page in the same direction; absent at the end: the id for
  // before_id or after_id, the page number for pages.
  std::optional<int64_t> next;
  // If asked for: the account's balance right after each of the transactions had been made.
  std::vector<Balance> balances = {};
};

// What happened to transactions, in the log's order.
struct Change {
  Position position;
  Transaction transaction;  // as it was right after that
};
struct ChangesPage {
  std::vector<Change> changes = {};
  Position next;  // of the last one: what to go on after
  Position end;   // of the log, when it was read
};

// What a ReadBalance asked for beyond the balance of now.
struct BalanceDetails {
  Instant at;  // that the balance is of
  std::optional<std::vector<Release>> schedule;
};

// The answer to one operation. Small where nearly all are alike, accepted writes: thousands travel
// between the threads at a time.
struct Result {
  Outcome outcome = Outcome::kOk;
  std::string_view field;  // of static storage; what a refusal is about
  std::string message;     // empty: DefaultMessage(outcome)
  // What was written, read, or, for duplicate_request, the original as it is now.
  std::optional<Transaction> transaction() const;
  void set_transaction(Transaction transaction) {
    found_ = std::make_unique<Transaction>(transaction);
  }
  // Of an accepted write: the rest of its transaction is in `operation`, which must live as long.
  void set_created(const Operation& operation, const Event& event) {
    created_ = {&operation, event.id, event.at, event.epoch};
  }
  // Of the operation's account, after it; for writes, duplicates and ReadBalance.
  std::optional<Balance> balance;
  Currency currency;  // of balance
  std::unique_ptr<BalanceDetails> balance_details;
  std::unique_ptr<Page> page;
  std::unique_ptr<ChangesPage> changes;
  // The state the answer speaks of is durable at this position.
  Position position;
  // For Advance: the withdrawal as it is now, unless it has ended.
  std::unique_ptr<OpenWithdrawal> open;

 private:
  struct Created {
    const Operation* operation = nullptr;
    TransactionId id;
    Instant at;
    Epoch epoch;
  };

  Created created_;
  std::unique_ptr<Transaction> found_;
};

// Whether the shard has left the result for a BatchFinisher to make: the balance of an instant that
// has passed.
bool IsLeft(const Operation& operation, const Result& result);

// Makes the results of a batch that its shard has left, and completes it. Any thread.
class BatchFinisher {
 public:
  virtual ~BatchFinisher() = default;
  virtual void Finish(std::unique_ptr<Batch> batch) = 0;
};

// Filled and owned by the caller until Submit, by the engine until Complete.
class Batch {
 public:
  virtual ~Batch() = default;

  std::vector<Operation> operations;  // views must stay valid until Complete
  std::vector<Result> results;        // one per operation, in order; views valid with the batch
  // Steady time by which execution must have begun; what is later is answered `overloaded`.
  int64_t deadline_us = INT64_MAX;

  // Set by a shard that leaves results to it: the batch goes there instead of being completed.
  BatchFinisher* finisher = nullptr;

  // Of the engine's own batch that brings a cut's marker (engine/cut.h); null for all others.
  virtual std::shared_ptr<Cut> cut() const { return nullptr; }
  // Of the engine's own batch that is a piece of work (engine/shard_task.h); null for all others.
  virtual ShardTask* task() { return nullptr; }

  // Called exactly once, on a thread of the engine, when every result may leave: the batch is given
  // back. Must not block and must not call the engine's Stop.
  virtual void Complete(std::unique_ptr<Batch> self) = 0;

  // Keeps a copy of `text` for as long as the batch lives.
  std::string_view Keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > kept_room_) AddRoom(text.size());
    char* const place = kept_end_;
    kept_end_ += text.copy(place, text.size());
    kept_room_ -= text.size();
    return {place, text.size()};
  }

 private:
  static constexpr size_t kKeptChunkBytes = 2 << 10;

  void AddRoom(size_t least) {
    kept_room_ = std::max(least, kKeptChunkBytes);
    kept_.push_back(std::make_unique_for_overwrite<char[]>(kept_room_));
    kept_end_ = kept_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> kept_;
  char* kept_end_ = nullptr;  // in the last chunk
  size_t kept_room_ = 0;
};

}  // namespace wallet
