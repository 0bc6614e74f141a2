#include "engine/shard.h"

#include <algorithm>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/limits.h"
#include "engine/shard_task.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

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

// Whose operations have to wait for each other; 0 for an operation about many users.
UserId QueueOf(const Operation& operation) { return UserOf(operation).value_or(UserId(0)); }

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
    if (origin == Origin::kClient || WALLET_MUTANT("bank_refused_when_overloaded")) {
      if (closed_) {
        refusal = Outcome::kShuttingDown;
      } else if (!WALLET_MUTANT("overload_unbounded") &&
                 pending_.load(std::memory_order_relaxed) + operations >
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
    BeginWork();
    for (auto& batch : batches) {
      Run(std::move(batch));
      if (segment_ && segment_->count() > 0 && segment_->results() >= services_.segment_results) {
        CloseSegment();
      }
    }
    EndWork();
  }
}

void Shard::BeginWork() { storage_full_ = services_.storage_full(); }

void Shard::EndWork() {
  PublishCounts();
  CloseSegment();
  if (state_->history.growing_size() >= services_.generation_size) services_.on_generation_full();
}

void Shard::Run(std::unique_ptr<Batch> batch) {
  if (std::shared_ptr<Cut> cut = batch->cut()) return Mark(std::move(cut));
  if (ShardTask* task = batch->task()) return Work(*task);
  now_ = services_.stamps.Now();
  OpenSegment();
  if (!WALLET_MUTANT("executed_after_deadline") &&
      services_.clock.SteadyMicros() > batch->deadline_us) {
    RefuseAll(*batch, Outcome::kOverloaded);
    segment_->AddBatch(std::move(batch));
    return;
  }
  if (batch->operations.empty() && !waiting_.empty()) return barriers_.push_back(std::move(batch));
  batch->results.clear();
  batch->results.resize(batch->operations.size());
  Prepare(*batch);
  range_begin_ = 0;
  for (size_t i = 0; i < batch->operations.size(); ++i) {
    const bool behind_others = waiting_.Has(users_[i]);
    if (behind_others || !Execute(*batch, i, key_hashes_[i], nullptr)) [[unlikely]] {
      batch_ = batch.get();
      Defer(i, behind_others);
    }
  }
  segment_->AddResults(batch.get(), range_begin_, batch->operations.size());
  if (!pending_batch_) return segment_->AddBatch(std::move(batch));
  pending_batch_->batch = std::move(batch);
  pending_batch_.reset();
}

void Shard::Mark(std::shared_ptr<Cut> cut) {
  if (!WALLET_MUTANT("cut_before_what_was_executed")) CloseSegment();
  cut->Act(number_, *state_);
  OpenSegment().Mark(std::move(cut));
  CloseSegment();
}

void Shard::Work(ShardTask& task) {
  CloseSegment();
  task.Run(*state_);
}

void Shard::Prepare(const Batch& batch) {
  users_.clear();
  key_hashes_.clear();
  for (const Operation& operation : batch.operations) {
    const UserId user = users_.emplace_back(QueueOf(operation));
    const uint64_t hash = key_hashes_.emplace_back(KeyHashOf(operation));
    if (user != UserId(0)) state_->PrefetchIndex(user, hash);
  }
  key_indexed_.assign(key_hashes_.size(), false);
  state_->history.AskIndex(key_hashes_, {key_indexed_.data(), key_indexed_.size()});
  const auto for_each_user = [&](auto prefetch) {
    for (const UserId user : users_) {
      if (user != UserId(0)) prefetch(user);
    }
  };
  for_each_user([this](UserId user) { state_->PrefetchUser(user); });
  for_each_user([this](UserId user) { state_->PrefetchLots(user); });
}

uint64_t Shard::KeyHashOf(const Operation& operation) const {
  if (const auto* charge = std::get_if<Charge>(&operation)) {
    return state_->history.KeyHash(charge->user, charge->key);
  }
  if (const auto* withdraw = std::get_if<Withdraw>(&operation)) {
    return state_->history.KeyHash(withdraw->user, withdraw->key);
  }
  return 0;
}

bool Shard::Execute(Batch& batch, size_t index, uint64_t key_hash, const IndexFindings* found) {
  Result& result = batch.results[index];
  batch_ = &batch;
  index_ = index;
  key_hash_ = key_hash;
  disk_.found = found;
  std::visit([&](const auto& operation) { Answer(operation, result); }, batch.operations[index]);
  if (disk_.wanted) [[unlikely]] {
    result = Result();
    return false;
  }
  if (result.field.empty()) result.field = FieldOf(result.outcome);
  result.position = segment_->relative();
  if (segment_->events().size() < services_.segment_bytes) return true;
  segment_->AddResults(&batch, range_begin_, index + 1);
  range_begin_ = index + 1;
  CloseSegment();
  OpenSegment();
  return true;
}

void Shard::Defer(size_t index, bool behind_others) {
  segment_->AddResults(batch_, range_begin_, index);
  range_begin_ = index + 1;
  if (!pending_batch_) pending_batch_ = std::make_shared<PendingBatch>();
  const UserId user = QueueOf(batch_->operations[index]);
  waiting_.Add(user, {pending_batch_, index, key_hashes_[index]});
  if (!behind_others) LookUp(user, std::make_shared<IndexFindings>());
}

void Shard::LookUp(UserId user, std::shared_ptr<IndexFindings> findings) {
  IndexLookup lookup = *std::exchange(disk_.wanted, std::nullopt);
  services_.readers->Look(state_->history.index(), std::move(lookup), findings,
                          [this, user, findings](absl::Status status) {
                            executor_.Post([this, user, findings, status = std::move(status)] {
                              Resume(user, findings, status);
                            });
                          });
}

void Shard::Resume(UserId user, std::shared_ptr<IndexFindings> findings,
                   const absl::Status& status) {
  BeginWork();
  now_ = services_.stamps.Now();
  OpenSegment();
  // What left the memory meanwhile may not be among what was found.
  if (findings->position != state_->history.index_position()) *findings = {};
  bool more = true;
  absl::Status failed = status;
  while (more) {
    const WaitingOperation operation = waiting_.Front(user);
    Batch& batch = *operation.pending->batch;
    range_begin_ = operation.index;
    if (services_.clock.SteadyMicros() > batch.deadline_us) {
      batch.results[operation.index].outcome = Outcome::kOverloaded;
      range_begin_ = operation.index + 1;  // it speaks of no state
    } else if (!failed.ok()) {
      Refuse(batch.results[operation.index], failed);
    } else if (!Execute(batch, operation.index, operation.key_hash, findings.get())) {
      LookUp(user, std::move(findings));
      break;
    }
    segment_->AddResults(&batch, range_begin_, operation.index + 1);
    more = waiting_.Pop(user);
    if (operation.pending->missing == 0) segment_->AddBatch(std::move(operation.pending->batch));
    findings = std::make_shared<IndexFindings>();
    failed = absl::OkStatus();
  }
  if (waiting_.empty()) {
    for (auto& barrier : std::exchange(barriers_, {})) segment_->AddBatch(std::move(barrier));
  }
  EndWork();
}

void Shard::Refuse(Result& result, const absl::Status& status) {
  services_.on_alarm(absl::StrCat("a read of the index failed: ", status.ToString()));
  services_.on_index_failure();
  result = Result();
  result.outcome = Outcome::kInternal;
  result.message = "what this needs could not be read from the disk; retry with the same key";
  result.position = segment_->relative();
}

void Shard::Answer(const Charge& charge, Result& result) { AnswerWrite(charge, result); }
void Shard::Answer(const Withdraw& withdraw, Result& result) {
  AnswerWrite(withdraw, result);
  if (!disk_.wanted && result.outcome == Outcome::kOk) {
    if (!WALLET_MUTANT("withdrawal_not_dispatched"))
      segment_->AddWithdrawal(withdraw.user, result.transaction()->id);
  }
}

template <class Write>
void Shard::AnswerWrite(const Write& write, Result& result) {
  // key_indexed_ is of the batch under way; what waited for the index comes with what was found.
  const bool indexed = disk_.found != nullptr || key_indexed_[index_];
  const auto prior = state_->history.FindByKey(write.user, write.key, key_hash_, disk_, indexed);
  if (disk_.wanted) [[unlikely]]
    return;
  const auto reserve = [this] { return services_.places.TryReserve(); };
  const Execution execution =
      state_->ledger.Execute(write, MakeContext(prior ? &*prior : nullptr, reserve));
  result.outcome = execution.outcome;
  if (execution.outcome == Outcome::kOk) {
    result.balance = state_->ledger.BalanceOf(write.user, write.currency, now_);
    RecordCreated(*execution.event, *result.balance);
    result.set_created(batch_->operations[index_], *execution.event);
  } else if (execution.outcome == Outcome::kDuplicateRequest) {
    result.balance = state_->ledger.BalanceOf(write.user, write.currency, now_);
    result.set_transaction(Keep(*prior));
  } else {
    return;
  }
  result.currency = write.currency;
}

void Shard::Answer(const Advance& advance, Result& result) {
  const bool by_operator = ByOperator(advance.step);
  std::optional<PastTransaction> past;
  if (by_operator) past = Find(advance.user, advance.id);
  if (disk_.wanted) return;
  const auto no_place = [] { return false; };
  const Execution execution = state_->ledger.Execute(advance, MakeContext(nullptr, no_place));
  result.outcome = execution.outcome;
  if (execution.event) RecordMoved(*execution.event);
  if (const OpenWithdrawal* open = state_->ledger.FindOpen(advance.user, advance.id)) {
    result.open = std::make_unique<OpenWithdrawal>(*open);
  }
  if (!by_operator || execution.outcome != Outcome::kOk) return;
  Transaction& transaction = past->transaction;
  state_->history.BringUpToDate(transaction);
  result.set_transaction(Keep(transaction));
  result.currency = transaction.currency;
  result.balance = state_->ledger.BalanceOf(advance.user, result.currency, now_);
}

void Shard::Answer(const ReadBalance& read, Result& result) {
  const Instant at = read.at.value_or(now_);
  if (at < now_) return AnswerPast(read, result);
  result.currency = read.currency;
  result.balance = state_->ledger.BalanceOf(read.user, read.currency, at);
  if (!read.at && read.schedule == 0) return;
  result.balance_details = std::make_unique<BalanceDetails>(BalanceDetails{.at = at});
  if (read.schedule == 0) return;
  result.balance_details->schedule =
      state_->ledger.ReleasesOf(read.user, read.currency, at, read.schedule);
}

// Such a balance is no matter of the shard's state: nothing that happens now changes it.
void Shard::AnswerPast(const ReadBalance& read, Result& result) {
  if (read.schedule == 0) {
    batch_->finisher = &services_.past;
    return;
  }
  result.outcome = Outcome::kInvalidField;
  result.field = "schedule";
  result.message = "schedule is of what is ahead: leave out at, or give one that has not passed.";
}

void Shard::Answer(const ReadTransaction& read, Result& result) {
  const History& history = state_->history;
  std::optional<Transaction> found;
  if (!read.id) {
    found = history.FindByKey(read.user, read.key, history.KeyHash(read.user, read.key), disk_);
  } else if (const auto past = Find(read.user, *read.id)) {
    found = past->transaction;
  }
  if (disk_.wanted) return;
  if (found) {
    result.set_transaction(Keep(*found));
  } else {
    result.outcome = Outcome::kTransactionNotFound;
  }
}

void Shard::Answer(const ListTransactions& list, Result& result) {
  const UserSummary user = state_->ledger.SummaryOf(list.user);
  const History::Selection selection = state_->history.Select(list, user, disk_);
  if (disk_.wanted) return;
  result.page = std::make_unique<Page>();
  result.page->total = selection.total;
  result.page->next = selection.next;
  result.page->transactions.resize(selection.ids.size());
  if (list.with_balances) result.page->balances.resize(selection.ids.size());
  const auto keep = [&](size_t place, const PastTransaction& found) {
    result.page->transactions[place] = Keep(found.transaction);
    if (list.with_balances) result.page->balances[place] = found.after;
  };
  state_->history.FindAll(list.user, selection.ids, list.with_balances, disk_, keep);
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
    result.page->transactions.push_back(Find(user, id)->transaction);
  }
  if (disk_.wanted) return;
  for (Transaction& transaction : result.page->transactions) transaction = Keep(transaction);
}

std::optional<PastTransaction> Shard::Find(UserId user, TransactionId id) {
  return state_->history.Find(user, id, state_->ledger.SummaryOf(user).last, disk_);
}

// The log's reader has these (engine/change_reader.h).
void Shard::Answer(const ListChanges&, Result&) { WALLET_CHECK(false); }

Context Shard::MakeContext(const Transaction* prior, absl::FunctionRef<bool()> reserve) const {
  return Context{.now = now_,
                 .epoch = services_.epoch,
                 .prior = prior,
                 .storage_full = storage_full_,
                 .reserve_place = reserve};
}

void Shard::RecordCreated(const Event& event, const Balance& after) {
  const bool several = state_->HasSeveralCurrencies(event.user);
  state_->history.Create(event, segment_->Add(event), after, key_hash_, several);
}

void Shard::RecordMoved(const Event& event) { state_->history.Move(event, segment_->Add(event)); }

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
