#include "engine/past_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/limits.h"
#include "engine/past_balance.h"
#include "engine/segment.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

// The user's ids are divided into so many parts and one at each step of the search.
constexpr int64_t kProbes = 15;
// Pages grow: most balances need few transactions.
constexpr int64_t kFirstPage = 16;
constexpr int64_t kLargestPage = 256;
constexpr int64_t kGrowth = 4;

}  // namespace

// A batch with results to be made.
struct PastReader::Whole {
  std::unique_ptr<Batch> batch;
  size_t missing = 0;
};

// One balance. Its steps run on the executor, one question to the shard at a time.
class PastReader::Reading : public std::enable_shared_from_this<Reading> {
 public:
  Reading(PastReader& reader, std::shared_ptr<Whole> whole, size_t index)
      : reader_(reader),
        whole_(std::move(whole)),
        index_(index),
        read_(std::get<ReadBalance>(whole_->batch->operations[index])),
        balance_(*read_.at) {}

  void Start() {
    Ask({ListTransactions{.user = read_.user, .currency = {}, .page = 1, .limit = 1}},
        &Reading::OnNewest);
  }

  void Refuse(Outcome outcome, std::string message = {}) {
    result().outcome = outcome;
    result().message = std::move(message);
    End();
  }

 private:
  friend Question;
  using Results = std::vector<Result>;
  using Step = void (Reading::*)(const Results&);

  Result& result() { return whole_->batch->results[index_]; }

  void Ask(std::vector<Operation> operations, Step then);
  void Take(const Results& results, Step then);
  void OnNewest(const Results& results);
  // Narrows down the newest transaction created by the instant: low_, when it is high_ − 1.
  void Search();
  void OnProbes(const Results& results);
  void AskForRows();
  void OnRows(const Results& results);
  void Succeed();
  void End();

  PastReader& reader_;
  const std::shared_ptr<Whole> whole_;
  const size_t index_;
  const ReadBalance& read_;
  PastBalance balance_;

  // Ids: what is known to be created by the instant (0: nothing), and what behind it.
  int64_t low_ = 0, high_ = 0;
  std::vector<int64_t> probes_;
  int64_t before_ = 0;  // the rows to come have lower ids
  int64_t page_ = kFirstPage;
};

// What a reading asks its shard.
class PastReader::Question final : public Batch {
 public:
  Question(std::shared_ptr<Reading> reading, Reading::Step then)
      : reading_(std::move(reading)), then_(then) {}

  // On a thread of the engine.
  void Complete(std::unique_ptr<Batch> self) override {
    Executor& executor = reading_->reader_.executor_;
    executor.Post([this, self = std::move(self)] { reading_->Take(results, then_); });
  }

 private:
  const std::shared_ptr<Reading> reading_;
  const Reading::Step then_;
};

void PastReader::Reading::Ask(std::vector<Operation> operations, Step then) {
  if (reader_.sources_.clock.SteadyMicros() > whole_->batch->deadline_us) {
    return Refuse(Outcome::kOverloaded);
  }
  auto question = std::make_unique<Question>(shared_from_this(), then);
  question->operations = std::move(operations);
  reader_.sources_.ask(reader_.sources_.shard_of(read_.user), std::move(question));
}

void PastReader::Reading::Take(const Results& results, Step then) {
  for (const Result& each : results) {
    if (each.outcome != Outcome::kOk) return Refuse(each.outcome, each.message);
  }
  (this->*then)(results);
}

void PastReader::Reading::OnNewest(const Results& results) {
  const std::vector<Transaction>& newest = results.front().page->transactions;
  if (newest.empty()) return Succeed();
  const int64_t id = newest.front().id.value();
  const bool by_then = newest.front().created_at <= *read_.at;
  low_ = by_then ? id : 0;
  high_ = by_then ? id + 1 : id;
  Search();
}

void PastReader::Reading::Search() {
  const int64_t between = high_ - low_ - 1;
  if (between == 0) {
    before_ = high_;
    return low_ == 0 ? Succeed() : AskForRows();
  }
  const int64_t count = std::min(between, kProbes);
  std::vector<Operation> operations;
  probes_.clear();
  for (int64_t i = 1; i <= count; ++i) {
    // between × i may not fit 64 bits.
    probes_.push_back(low_ +
                      static_cast<int64_t>(static_cast<__int128>(between + 1) * i / (count + 1)));
    operations.emplace_back(
        ReadTransaction{.user = read_.user, .id = TransactionId(probes_.back()), .key = {}});
  }
  Ask(std::move(operations), &Reading::OnProbes);
}

void PastReader::Reading::OnProbes(const Results& results) {
  for (size_t i = 0; i < probes_.size(); ++i) {
    if (results[i].transaction()->created_at > *read_.at) {
      high_ = probes_[i];
      break;
    }
    low_ = probes_[i];
  }
  Search();
}

void PastReader::Reading::AskForRows() {
  Ask({ListTransactions{.user = read_.user,
                        .currency = read_.currency,
                        .order = ListOrder::kBefore,
                        .from = TransactionId(before_),
                        .limit = page_,
                        .with_balances = true}},
      &Reading::OnRows);
}

void PastReader::Reading::OnRows(const Results& results) {
  const Page& page = *results.front().page;
  for (size_t i = 0; i < page.transactions.size(); ++i) {
    const PastBalance::Next next = balance_.Take(page.transactions[i], page.balances[i]);
    if (next == PastBalance::Next::kDone) return Succeed();
    if (next == PastBalance::Next::kOlder) continue;
    before_ = high_;
    return AskForRows();
  }
  if (!page.next) return Succeed();
  before_ = *page.next;
  page_ = std::min(page_ * kGrowth, kLargestPage);
  AskForRows();
}

void PastReader::Reading::Succeed() {
  const auto balance = balance_.Finish();
  if (!balance.ok()) {
    reader_.sources_.on_alarm(absl::StrCat("user ", read_.user.value(), ": ",
                                           ToAbsl(std::string(balance.status().message()))));
    return Refuse(Outcome::kInternal,
                  "The server can't make this balance of what it has stored, and has told its "
                  "operator; nothing was changed.");
  }
  result().currency = read_.currency;
  result().balance = *balance;
  result().balance_details = std::make_unique<BalanceDetails>(BalanceDetails{.at = *read_.at});
  End();
}

void PastReader::Reading::End() {
  if (--whole_->missing == 0) {
    CompleteBatch(std::move(whole_->batch));
    --reader_.batches_;
  }
  --reader_.under_way_;
  // Not from within: a chain of refusals would be as deep as it is long.
  reader_.executor_.Post([&reader = reader_] { reader.GoOn(); });
}

PastReader::PastReader(PastSources sources, Executor& executor)
    : sources_(std::move(sources)), executor_(executor) {}
PastReader::~PastReader() = default;

void PastReader::Finish(std::unique_ptr<Batch> batch) {
  executor_.Post([this, batch = std::move(batch)]() mutable { Begin(std::move(batch)); });
}

void PastReader::Close(absl::AnyInvocable<void()> done) {
  executor_.Post([this, done = std::move(done)]() mutable {
    on_idle_ = std::move(done);
    GoOn();
  });
}

void PastReader::Begin(std::unique_ptr<Batch> batch) {
  auto whole = std::make_shared<Whole>();
  whole->batch = std::move(batch);
  Batch& left = *whole->batch;
  ++batches_;
  for (size_t i = 0; i < left.operations.size(); ++i) {
    if (!IsLeft(left.operations[i], left.results[i])) continue;
    if (waiting_.size() >= kMaxPastReads) {
      left.results[i].outcome = Outcome::kOverloaded;
      continue;
    }
    ++whole->missing;
    waiting_.push_back(std::make_shared<Reading>(*this, whole, i));
  }
  if (whole->missing == 0) {
    CompleteBatch(std::move(whole->batch));
    --batches_;
  }
  GoOn();
}

void PastReader::GoOn() {
  while (under_way_ < kPastReadsAtOnce && !waiting_.empty()) {
    const std::shared_ptr<Reading> next = std::move(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    next->Start();
  }
  if (batches_ == 0 && on_idle_) std::exchange(on_idle_, nullptr)();
}

}  // namespace wallet
