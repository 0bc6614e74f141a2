#include "engine/shard.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/limits.h"
#include "engine/shard_task.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// What a refusal by the ledger is about.
std::string_view FieldOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAmountOutOfRange:
    case Outcome::kInsufficientBalance:
      return "amount";
    case Outcome::kDuplicateRequest:
    case Outcome::kIdempotencyKeyReused:
      return "idempotency_key";
    default:
      return {};
  }
}

bool ByOperator(BankStep step) {
  return step == BankStep::kResolvePaid || step == BankStep::kResolveNotPaid;
}

}  // namespace

Shard::Shard(int number, std::unique_ptr<ShardState> state, Executor& executor,
             ShardServices services)
    : number_(number), state_(std::move(state)), executor_(executor), services_(services) {
  PublishCounts();
}

void Shard::Submit(std::unique_ptr<Batch> batch, Origin origin) {
  const int64_t operations = static_cast<int64_t>(batch->operations.size());
  Outcome refusal = Outcome::kOk;
  bool start = false;
  {
    std::lock_guard lock(mutex_);
    if (origin == Origin::kClient) {
      if (closed_) {
        refusal = Outcome::kShuttingDown;
      } else if (pending_.load(std::memory_order_relaxed) + operations >
                 services_.queue_operations) {
        refusal = Outcome::kOverloaded;
      }
    }
    if (refusal == Outcome::kOk) {
      pending_.fetch_add(operations, std::memory_order_relaxed);
      inbox_.push_back(std::move(batch));
      start = !std::exchange(draining_, true);
    }
  }
  if (start) executor_.Post([this] { Drain(); });
  if (refusal == Outcome::kOk) return;
  RefuseAll(*batch, refusal);
  CompleteBatch(std::move(batch));
}

void Shard::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

int64_t Shard::OpenCount(Substatus substatus) const {
  return open_counts_[static_cast<size_t>(substatus)].load(std::memory_order_relaxed);
}

void Shard::Drain() {
  std::vector<std::unique_ptr<Batch>> batches;
  while (true) {
    batches.clear();
    {
      std::lock_guard lock(mutex_);
      batches.swap(inbox_);
      draining_ = !batches.empty();
    }
    if (batches.empty()) return;
    storage_full_ = services_.storage_full();
    for (auto& batch : batches) Run(std::move(batch));
    PublishCounts();
    CloseSegment();
  }
}

void Shard::Run(std::unique_ptr<Batch> batch) {
  if (std::shared_ptr<Cut> cut = batch->cut()) return Mark(std::move(cut));
  if (ShardTask* task = batch->task()) return Work(*task);
  now_ = services_.stamps.Now();
  OpenSegment();
  if (services_.clock.SteadyMicros() > batch->deadline_us) {
    RefuseAll(*batch, Outcome::kOverloaded);
    segment_->AddBatch(std::move(batch));
    return;
  }
  batch->results.clear();
  batch->results.resize(batch->operations.size());
  Prepare(*batch);
  batch_ = batch.get();
  range_begin_ = 0;
  for (size_t i = 0; i < batch->operations.size(); ++i) Execute(i);
  segment_->AddResults(batch_, range_begin_, batch->operations.size());
  batch_ = nullptr;
  segment_->AddBatch(std::move(batch));
}

void Shard::Mark(std::shared_ptr<Cut> cut) {
  CloseSegment();
  cut->Act(number_, *state_);
  OpenSegment().Mark(std::move(cut));
  CloseSegment();
}

void Shard::Work(ShardTask& task) {
  CloseSegment();
  task.Run(*state_);
}

void Shard::Prepare(const Batch& batch) {
  key_hashes_.clear();
  for (const Operation& operation : batch.operations) {
    uint64_t hash = 0;
    if (const auto* charge = std::get_if<Charge>(&operation)) {
      hash = HashKey(charge->user, charge->key);
    } else if (const auto* withdraw = std::get_if<Withdraw>(&operation)) {
      hash = HashKey(withdraw->user, withdraw->key);
    }
    key_hashes_.push_back(hash);
  }
  for (const Operation& operation : batch.operations) {
    if (const auto* charge = std::get_if<Charge>(&operation)) state_->PrefetchUser(charge->user);
  }
}

uint64_t Shard::HashKey(UserId user, std::string_view key) const {
  const uint64_t hash = state_->history.KeyHash(user, key);
  state_->PrefetchIndex(user, hash);
  return hash;
}

void Shard::Execute(size_t index) {
  Result& result = batch_->results[index];
  index_ = index;
  std::visit([&](const auto& operation) { Answer(operation, result); }, batch_->operations[index]);
  result.field = FieldOf(result.outcome);
  result.position = segment_->relative();
  if (segment_->events().size() < services_.segment_bytes) return;
  segment_->AddResults(batch_, range_begin_, index + 1);
  range_begin_ = index + 1;
  CloseSegment();
  OpenSegment();
}

void Shard::Answer(const Charge& charge, Result& result) { AnswerWrite(charge, result); }
void Shard::Answer(const Withdraw& withdraw, Result& result) {
  AnswerWrite(withdraw, result);
  if (result.outcome == Outcome::kOk) {
    segment_->AddWithdrawal(withdraw.user, result.transaction()->id);
  }
}

template <class Write>
void Shard::AnswerWrite(const Write& write, Result& result) {
  const auto prior = state_->history.FindByKey(write.user, write.key, key_hashes_[index_]);
  const auto reserve = [this] { return services_.places.TryReserve(); };
  const Execution execution =
      state_->ledger.Execute(write, MakeContext(prior ? &*prior : nullptr, reserve));
  result.outcome = execution.outcome;
  if (execution.outcome == Outcome::kOk) {
    Record(*execution.event);
    result.set_created(batch_->operations[index_], *execution.event);
  } else if (execution.outcome == Outcome::kDuplicateRequest) {
    result.set_transaction(Keep(*prior));
  } else {
    return;
  }
  result.currency = write.currency;
  result.balance = state_->ledger.BalanceOf(write.user, write.currency, now_);
}

void Shard::Answer(const Advance& advance, Result& result) {
  const auto no_place = [] { return false; };
  const Execution execution = state_->ledger.Execute(advance, MakeContext(nullptr, no_place));
  result.outcome = execution.outcome;
  if (execution.event) Record(*execution.event);
  if (const OpenWithdrawal* open = state_->ledger.FindOpen(advance.user, advance.id)) {
    result.open = std::make_unique<OpenWithdrawal>(*open);
  }
  if (!ByOperator(advance.step) || execution.outcome != Outcome::kOk) return;
  const Transaction transaction = Keep(*state_->history.Find(advance.user, advance.id));
  result.set_transaction(transaction);
  result.currency = transaction.currency;
  result.balance = state_->ledger.BalanceOf(advance.user, result.currency, now_);
}

void Shard::Answer(const ReadBalance& read, Result& result) {
  result.currency = read.currency;
  result.balance = state_->ledger.BalanceOf(read.user, read.currency, now_);
}

void Shard::Answer(const ReadTransaction& read, Result& result) {
  const History& history = state_->history;
  const auto found =
      read.id ? history.Find(read.user, *read.id)
              : history.FindByKey(read.user, read.key, history.KeyHash(read.user, read.key));
  if (found) {
    result.set_transaction(Keep(*found));
  } else {
    result.outcome = Outcome::kTransactionNotFound;
  }
}

void Shard::Answer(const ListTransactions& list, Result& result) {
  const History::Selection selection = state_->history.Select(list);
  result.page = std::make_unique<Page>();
  result.page->total = selection.total;
  result.page->next = selection.next;
  result.page->transactions = state_->history.FindAll(list.user, selection.ids);
  for (Transaction& transaction : result.page->transactions) transaction = Keep(transaction);
}

void Shard::Answer(const ListWithdrawals& list, Result& result) {
  std::vector<std::tuple<Instant, UserId, TransactionId>> found;
  state_->ledger.ForEachOpen([&](const OpenWithdrawal& open) {
    if (list.user && open.user != *list.user) return;
    if (list.substatus && open.substatus != *list.substatus) return;
    found.emplace_back(open.created_at, open.user, open.id);
  });
  const size_t kept = std::min<size_t>(found.size(), list.limit);
  std::partial_sort(found.begin(), found.begin() + kept, found.end());
  result.page = std::make_unique<Page>();
  result.page->total = static_cast<int64_t>(found.size());
  for (size_t i = 0; i < kept; ++i) {
    const auto& [created_at, user, id] = found[i];
    result.page->transactions.push_back(Keep(*state_->history.Find(user, id)));
  }
}

Context Shard::MakeContext(const Transaction* prior, absl::FunctionRef<bool()> reserve) const {
  return Context{.now = now_,
                 .epoch = services_.epoch,
                 .prior = prior,
                 .storage_full = storage_full_,
                 .reserve_place = reserve};
}

void Shard::Record(const Event& event) {
  const EncodedEvent encoded = segment_->Add(event);
  if (event.type == EventType::kWithdrawalMoved) {
    state_->history.Move(event);
  } else {
    state_->history.Create(event, encoded, key_hashes_[index_]);
  }
}

Transaction Shard::Keep(Transaction transaction) {
  transaction.key = batch_->Keep(transaction.key);
  if (transaction.destination) transaction.destination = batch_->Keep(*transaction.destination);
  if (transaction.description) transaction.description = batch_->Keep(*transaction.description);
  transaction.failure_code = batch_->Keep(transaction.failure_code);
  transaction.failure_message = batch_->Keep(transaction.failure_message);
  return transaction;
}

Segment& Shard::OpenSegment() {
  if (!segment_) segment_ = std::make_unique<Segment>(now_, number_, pending_);
  return *segment_;
}

void Shard::CloseSegment() {
  if (!segment_ || segment_->empty()) return;
  services_.committer.Add(std::move(segment_));
}

void Shard::PublishCounts() {
  for (int i = 0; i < kSubstatusCount; ++i) {
    open_counts_[i].store(state_->ledger.OpenCount(static_cast<Substatus>(i)),
                          std::memory_order_relaxed);
  }
}

}  // namespace wallet
