// A shard: the single-threaded owner of a part of the users.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "engine/bank/places.h"
#include "engine/batch.h"
#include "engine/committer.h"
#include "engine/history.h"
#include "engine/index_readers.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/segment.h"
#include "engine/stamp_clock.h"
#include "engine/waiting_room.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"

namespace wallet {

// What all shards share. Must outlive them.
struct ShardServices {
  Committer& committer;
  StampClock& stamps;
  const Clock& clock;
  Places& places;
  Epoch epoch;
  absl::AnyInvocable<bool() const>& storage_full;
  int64_t queue_operations;
  size_t segment_bytes;    // a segment is closed when it is this full,
  size_t segment_results;  // or between two batches when so many results wait for it
  BatchFinisher& past;     // makes the balances of past instants
  const std::function<void(std::string)>& on_alarm;
  // With an index only: who looks into it, how large a generation of a shard's history should be,
  // and what is told, after every drain, once one is.
  IndexReaders* readers = nullptr;
  uint64_t generation_size = UINT64_MAX;
  std::function<void()> on_generation_full = [] {};
  // What of the index could not be read was answered `internal`, and told in on_alarm.
  std::function<void()> on_index_failure = [] {};
};

// The users' accounts and history as far as they were replayed or executed. No threads here.
struct ShardState {
  explicit ShardState(const KeyHasher& hash, std::optional<IndexReader> index = {})
      : history(hash, std::move(index)) {}

  // What the ledger has just applied.
  void ReplayHistory(const Event& event, const EncodedEvent& encoded) {
    history.Apply(event, encoded, ledger.BalanceOf(event.user, event.currency, event.at),
                  HasSeveralCurrencies(event.user));
  }
  bool HasSeveralCurrencies(UserId user) const { return ledger.SummaryOf(user).currencies > 1; }
  // Bring what an operation of the user needs closer, in steps with other work between them; hints.
  void PrefetchIndex(UserId user, uint64_t key_hash) const {
    ledger.PrefetchIndex(user);
    history.PrefetchIndex(user, key_hash);
  }
  void PrefetchUser(UserId user) const {
    ledger.PrefetchUser(user);
    history.PrefetchUser(user);
  }
  void PrefetchLots(UserId user) const { ledger.PrefetchLots(user); }

  Ledger ledger;
  History history;
  // The one being taken, if any (engine/shard_section.h); it must end before its ledger.
  std::unique_ptr<LedgerSnapshot> snapshot;
};

class Shard {
 public:
  enum class Origin : uint8_t { kClient, kBank };

  // Number `number`. Works on `executor`, which must outlive it and be stopped before its
  // destruction.
  Shard(int number, std::unique_ptr<ShardState> state, Executor& executor, ShardServices services);

  // Queues the batch. A client's batch is refused at once with `overloaded` or, after Close, with
  // `shutting_down`; a bank's never. Any thread.
  void Submit(std::unique_ptr<Batch> batch, Origin origin);

  // From now on clients are refused. Any thread.
  void Close();

  // Open withdrawals in that substatus. Any thread; a moment old.
  int64_t OpenCount(Substatus substatus) const;

  // On the executor, or when it is stopped.
  const ShardState& state() const { return *state_; }

 private:
  void Drain();
  void Run(std::unique_ptr<Batch> batch);
  // Everything executed so far goes before the cut's marker, everything later behind it.
  void Mark(std::shared_ptr<Cut> cut);
  // Answers of what was executed before do not wait for the task.
  void Work(ShardTask& task);
  // Fills users_, key_hashes_ and key_indexed_; what the operations will need is on its way into
  // the cache before the first of them runs.
  void Prepare(const Batch& batch);
  uint64_t KeyHashOf(const Operation& operation) const;

  // Runs an operation, with what is known from the index. False when more must be known first, as
  // disk_ says: then nothing has happened.
  bool Execute(Batch& batch, size_t index, uint64_t key_hash, const IndexFindings* found);
  // Operation `index` of the batch under way waits: behind those of its user, or for the index.
  void Defer(size_t index, bool behind_others);
  // Asks for what disk_ says is wanted, for the user's first waiting operation.
  void LookUp(UserId user, std::shared_ptr<IndexFindings> findings);
  // That was found, or failed: the user's operations go on.
  void Resume(UserId user, std::shared_ptr<IndexFindings> findings, const absl::Status& status);
  void Refuse(Result& result, const absl::Status& status);

  // Each leaves the state as it is when disk_ comes out with something wanted.
  void Answer(const Charge& charge, Result& result);
  void Answer(const Withdraw& withdraw, Result& result);
  void Answer(const Advance& advance, Result& result);
  void Answer(const ReadBalance& read, Result& result);
  void AnswerPast(const ReadBalance& read, Result& result);
  void Answer(const ReadTransaction& read, Result& result);
  void Answer(const ListTransactions& list, Result& result);
  void Answer(const ListWithdrawals& list, Result& result);
  void Answer(const ListChanges& list, Result& result);
  template <class Write>
  void AnswerWrite(const Write& write, Result& result);
  std::optional<PastTransaction> Find(UserId user, TransactionId id);

  Context MakeContext(const Transaction* prior, absl::FunctionRef<bool()> reserve) const;
  // Into the open segment and the history. `after`: the balance of a new transaction's account.
  void RecordCreated(const Event& event, const Balance& after);
  void RecordMoved(const Event& event);
  Transaction Keep(Transaction transaction);
  Segment& OpenSegment();
  // Hands the open segment to the committer.
  void CloseSegment();
  // Before and after work on batches.
  void BeginWork();
  void EndWork();
  void PublishCounts();

  const int number_;
  std::unique_ptr<ShardState> state_;
  Executor& executor_;
  ShardServices services_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Batch>> inbox_;
  bool draining_ = false;
  bool closed_ = false;
  // Taken by clients' and banks' batches alike, given back when they complete.
  std::atomic<int64_t> pending_{0};
  std::array<std::atomic<int64_t>, kSubstatusCount> open_counts_{};

  // Only on the executor.
  std::unique_ptr<Segment> segment_;
  WaitingRoom waiting_;
  std::vector<std::unique_ptr<Batch>> barriers_;  // empty batches, behind all that waits

  // Of the drain under way.
  Instant now_;
  bool storage_full_ = false;

  // Of the batch under way.
  Batch* batch_ = nullptr;
  size_t range_begin_ = 0;                       // the first result that is relative to segment_
  std::vector<UserId> users_;                    // of its operations; 0: of many
  std::vector<uint64_t> key_hashes_;             // of its writes
  absl::InlinedVector<bool, 1> key_indexed_;     // whether the index may have such keys
  std::shared_ptr<PendingBatch> pending_batch_;  // once one of its operations waits

  // Of the operation under way.
  size_t index_ = 0;
  uint64_t key_hash_ = 0;
  Disk disk_;
};

}  // namespace wallet
