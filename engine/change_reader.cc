#include "engine/change_reader.h"

#include <atomic>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/index/row_format.h"
#include "engine/limits.h"
#include "engine/payload.h"
#include "engine/segment.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

const ListChanges& AskedBy(const Batch& batch, size_t index) {
  return std::get<ListChanges>(batch.operations[index]);
}

int64_t AskedFor(const Batch& batch) {
  int64_t changes = 0;
  for (size_t i = 0; i < batch.operations.size(); ++i) changes += AskedBy(batch, i).limit;
  return changes;
}

Result Refused(Outcome outcome, std::string_view field, std::string message, Position position) {
  Result result;
  result.outcome = outcome;
  result.field = field;
  result.message = std::move(message);
  result.position = position;
  return result;
}

// Visits the events behind `after` up to `end`, at most `limit`, with their positions. O(limit and
// one record). Errors are the log's.
absl::Status VisitEvents(Log& log, Position after, Position end, int64_t limit,
                         absl::FunctionRef<void(Position, const Event&)> visit) {
  int64_t left = limit;
  bool enough = after >= end;
  if (enough) return absl::OkStatus();
  const absl::Status status = log.Read(after, [&](const RecordView& record) {
    Position at(record.first.value() - 1);
    const absl::Status read = ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
      at = Position(at.value() + 1);
      if (at <= after || at > end || left == 0) return;
      --left;
      visit(at, event);
    });
    if (!read.ok()) return read;
    enough = left == 0 || record.last() >= end;
    return enough ? absl::CancelledError() : absl::OkStatus();
  });
  return enough ? absl::OkStatus() : status;
}

// The withdrawal as it was right after it moved, whatever has happened to it since.
void LayOver(const MovedState& moved, Transaction& transaction) {
  const bool failed = moved.substatus == Substatus::kFailed;
  transaction.substatus = moved.substatus;
  transaction.updated_at = moved.at;
  transaction.failure_code = failed ? moved.code : std::string_view();
  transaction.failure_message = failed ? moved.message : std::string_view();
}

// Of texts that `batch` keeps.
Transaction Keep(Batch& batch, Transaction transaction) {
  transaction.key = batch.Keep(transaction.key);
  if (transaction.destination) transaction.destination = batch.Keep(*transaction.destination);
  if (transaction.description) transaction.description = batch.Keep(*transaction.description);
  return transaction;
}

// Why `asked` can't be answered from a log that ends at `end`; nullopt: it can.
std::optional<Result> Judge(const ListChanges& asked, Epoch epoch, Position end) {
  if (!asked.after) return std::nullopt;
  if (asked.after->epoch != epoch) {
    return Refused(Outcome::kInvalidField, "after",
                   "after is a position of another life of the ledger, as before a restore: read "
                   "the users' balances and transactions anew, and go on from the position that "
                   "/health says.",
                   end);
  }
  if (asked.after->position > end) {
    return Refused(Outcome::kInvalidField, "after",
                   "after is a position that the ledger has not reached: give one that an earlier "
                   "answer said.",
                   end);
  }
  return std::nullopt;
}

}  // namespace

// A batch under way.
class ChangeReader::Reading {
 public:
  // A withdrawal that moved: change `change` of result `result`, which lacks its row.
  struct Move {
    size_t result, change;
    UserId user;
    TransactionId id;
    MovedState to;  // texts are the batch's
    int shard = 0;
    size_t place = 0;  // in the shard's lookup
  };

  explicit Reading(std::unique_ptr<Batch> taken) : batch(std::move(taken)) {
    batch->results.resize(batch->operations.size());
  }

  // The next change of that result.
  void Add(size_t result, Position position, const Event& event) {
    auto& changes = batch->results[result].changes->changes;
    if (event.type == EventType::kWithdrawalMoved) {
      moves.push_back(
          {.result = result,
           .change = changes.size(),
           .user = event.user,
           .id = event.id,
           .to = {event.to, event.at, batch->Keep(event.code), batch->Keep(event.message)}});
      changes.push_back({position, Transaction()});
    } else {
      changes.push_back({position, Keep(*batch, TransactionOf(event.user, event.id,
                                                              {.created = event, .moved = {}}))});
    }
    batch->results[result].changes->next = position;
  }

  // The result is to be made anew.
  void Drop(size_t result) {
    while (!moves.empty() && moves.back().result == result) moves.pop_back();
  }

  std::unique_ptr<Batch> batch;
  std::vector<Move> moves;                        // by result
  std::map<int, std::unique_ptr<Batch>> lookups;  // by shard; null while the shard has it
  std::atomic<size_t> missing{0};                 // of the lookups
};

// The rows that a reading wants of one shard.
class ChangeReader::Lookup final : public Batch {
 public:
  Lookup(ChangeReader& reader, std::shared_ptr<Reading> reading, int shard)
      : reader_(reader), reading_(std::move(reading)), shard_(shard) {}

  // On a thread of the engine; each lookup has a place of its own to go to.
  void Complete(std::unique_ptr<Batch> self) override {
    const auto reading = std::move(reading_);  // which is about to own this
    ChangeReader& reader = reader_;
    reading->lookups.find(shard_)->second = std::move(self);
    if (--reading->missing > 0) return;
    reader.executor_.Post([&reader, reading] { reader.Finish(*reading); });
  }

 private:
  ChangeReader& reader_;
  std::shared_ptr<Reading> reading_;
  const int shard_;
};

ChangeReader::ChangeReader(ChangeSources sources, Executor& executor)
    : sources_(std::move(sources)), executor_(executor) {}

void ChangeReader::Submit(std::unique_ptr<Batch> batch) {
  const int64_t changes = AskedFor(*batch);
  Outcome refusal = Outcome::kOk;
  {
    std::lock_guard lock(mutex_);
    if (closed_) {
      refusal = Outcome::kShuttingDown;
    } else if (pending_ + changes > kMaxChangesPending) {
      refusal = Outcome::kOverloaded;
    } else {
      pending_ += changes;
      ++batches_;
    }
  }
  if (refusal != Outcome::kOk) {
    RefuseAll(*batch, refusal);
    return CompleteBatch(std::move(batch));
  }
  executor_.Post([this, reading = std::make_shared<Reading>(std::move(batch))]() mutable {
    Read(std::move(reading));
  });
}

void ChangeReader::Close(absl::AnyInvocable<void()> done) {
  {
    std::lock_guard lock(mutex_);
    WALLET_CHECK(!std::exchange(closed_, true));
    if (batches_ > 0) {
      on_idle_ = std::move(done);
      return;
    }
  }
  done();
}

void ChangeReader::Read(std::shared_ptr<Reading> reading) {
  Batch& batch = *reading->batch;
  for (size_t i = 0; i < batch.operations.size(); ++i) {
    if (sources_.clock.SteadyMicros() > batch.deadline_us) {
      batch.results[i] = Refused(Outcome::kOverloaded, {}, {}, {});
    } else {
      Answer(*reading, i);
    }
  }
  if (reading->moves.empty()) return Finish(*reading);
  LookUp(reading);
}

void ChangeReader::Answer(Reading& reading, size_t index) {
  const ListChanges& asked = AskedBy(*reading.batch, index);
  Result& result = reading.batch->results[index];
  const Position end = sources_.log.end();
  if (auto refusal = Judge(asked, sources_.epoch, end)) {
    result = *std::move(refusal);
    return;
  }
  absl::Status status = ReadPage(reading, index, end);
  // Where the caller named no beginning, a trim that was faster has only moved it.
  while (absl::IsOutOfRange(status) && !asked.after) status = ReadPage(reading, index, end);
  if (status.ok()) return;
  reading.Drop(index);
  if (absl::IsOutOfRange(status)) {
    result = Refused(Outcome::kPositionTooOld, "after", {}, end);
    return;
  }
  sources_.on_alarm(absl::StrCat("the log could not be read for a client: ", status.ToString()));
  result = Refused(Outcome::kInternal, {},
                   "The server could not read its log, and has told its operator; nothing was "
                   "changed.",
                   end);
}

absl::Status ChangeReader::ReadPage(Reading& reading, size_t index, Position end) {
  const ListChanges& asked = AskedBy(*reading.batch, index);
  const Position after = asked.after ? asked.after->position : sources_.log.begin();
  reading.Drop(index);
  Result& result = reading.batch->results[index];
  result = Result();
  result.position = end;
  result.changes = std::make_unique<ChangesPage>(ChangesPage{.next = after, .end = end});
  return VisitEvents(
      sources_.log, after, end, asked.limit,
      [&](Position position, const Event& event) { reading.Add(index, position, event); });
}

void ChangeReader::LookUp(const std::shared_ptr<Reading>& reading) {
  std::map<int, std::unique_ptr<Batch>> lookups;
  for (Reading::Move& move : reading->moves) {
    move.shard = sources_.shard_of(move.user);
    auto& lookup = lookups[move.shard];
    if (!lookup) lookup = std::make_unique<Lookup>(*this, reading, move.shard);
    move.place = lookup->operations.size();
    lookup->operations.push_back(ReadTransaction{.user = move.user, .id = move.id, .key = {}});
  }
  for (const auto& [shard, lookup] : lookups) reading->lookups[shard];
  reading->missing = lookups.size();
  for (auto& [shard, lookup] : lookups) sources_.ask(shard, std::move(lookup));
}

void ChangeReader::Finish(Reading& reading) {
  for (const Reading::Move& move : reading.moves) {
    Result& result = reading.batch->results[move.result];
    if (!result.changes) continue;  // refused for another row
    const Result& row = reading.lookups[move.shard]->results[move.place];
    if (row.outcome != Outcome::kOk) {
      result = Refused(row.outcome == Outcome::kOutcomeUnknown ? row.outcome : Outcome::kInternal,
                       {}, {}, result.position);
      continue;
    }
    Transaction& transaction = result.changes->changes[move.change].transaction;
    transaction = Keep(*reading.batch, *row.transaction());
    LayOver(move.to, transaction);
  }
  Complete(std::move(reading.batch));
}

void ChangeReader::Complete(std::unique_ptr<Batch> batch) {
  const int64_t changes = AskedFor(*batch);
  CompleteBatch(std::move(batch));
  absl::AnyInvocable<void()> idle;
  {
    std::lock_guard lock(mutex_);
    pending_ -= changes;
    if (--batches_ == 0) idle = std::exchange(on_idle_, nullptr);
  }
  if (idle) idle();
}

}  // namespace wallet
