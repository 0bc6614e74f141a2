#include "net/session_round.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "net/admin.h"
#include "net/limits.h"
#include "net/merge.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr int64_t kMicrosPerMilli = 1'000;

// Blocks fit what a full frame needs, some 200 bytes an operation.
google::protobuf::ArenaOptions ArenaBlocks() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 4 << 10;
  options.max_block_size = 64 << 10;
  return options;
}

// How many transactions or releases the operation asks for, if it is a list.
int64_t ListLimit(const Operation& operation) {
  if (const auto* read = std::get_if<ReadBalance>(&operation)) return read->schedule;
  if (const auto* list = std::get_if<ListTransactions>(&operation)) return list->limit;
  if (const auto* list = std::get_if<ListWithdrawals>(&operation)) return list->limit;
  if (const auto* list = std::get_if<ListChanges>(&operation)) return list->limit;
  return 0;
}

// Of which there may be so many that each is worth none of its own.
Result Common(Outcome outcome) {
  Result result;
  result.outcome = outcome;
  return result;
}

const Result& RateLimited() {
  static const Result* const limited = new Result(Common(Outcome::kRateLimited));
  return *limited;
}

// What the engine has not answered in time: a write may have been done, a read did nothing.
const Result& Overdue(bool is_write) {
  static const Result* const write = new Result(Common(Outcome::kOutcomeUnknown));
  static const Result* const read = new Result(Common(Outcome::kOverloaded));
  return is_write ? *write : *read;
}

}  // namespace

void ShardBatch::OnAnswered(std::unique_ptr<SessionBatch> self) {
  // The round keeps the batch, and the owner keeps the round: back home, it owns no one.
  const std::shared_ptr<RoundOwner> keep = std::move(owner);
  keep->OnAnswered(std::unique_ptr<ShardBatch>(static_cast<ShardBatch*>(self.release())));
}

Round::Load& Round::Load::operator+=(const Load& other) {
  requests += other.requests;
  bytes += other.bytes;
  return *this;
}

Round::Load& Round::Load::operator-=(const Load& other) {
  WALLET_CHECK(requests >= other.requests && bytes >= other.bytes);
  requests -= other.requests;
  bytes -= other.bytes;
  return *this;
}

Round::Round(SessionServices& services, int64_t arrived_us, bool local)
    : services_(services),
      arrived_us_(arrived_us),
      local_(local),
      arena_(ArenaBlocks()),
      open_(services.engine.lane_count()) {}

RequestReader::Verdict Round::Add(uint64_t request_id, std::string_view body) {
  RequestReader& reader = services_.reader;
  const RequestReader::Verdict verdict = reader.Read(Keep(body), arena_);
  if (verdict != RequestReader::Verdict::kRead) return verdict;
  const size_t count = reader.asked().size();
  operations_ += count;
  const auto index = static_cast<uint32_t>(requests_.size());
  requests_.push_back({.id = request_id,
                       .load = {1, body.size() + count * kResultBytesEstimate},
                       .answers = std::vector<Answer>(count)});
  SetDeadline(reader.timeout_ms());
  listed_ = 0;
  batch_size_hint_ = count / open_.size() + 1;
  for (uint32_t i = 0; i < count; ++i) AddOperation(reader.asked()[i], {index, i});

  Request& request = requests_.back();
  request.load.bytes += listed_ * kResultBytesEstimate;
  if (request.missing == 0) complete_.push_back(index);
  return verdict;
}

std::string_view Round::Keep(std::string_view body) {
  char* kept = google::protobuf::Arena::CreateArray<char>(&arena_, body.size());
  return {kept, body.copy(kept, body.size())};
}

void Round::SetDeadline(std::optional<uint32_t> timeout_ms) {
  int64_t timeout_us = services_.request_timeout_us;
  if (timeout_ms) timeout_us = std::min(timeout_us, *timeout_ms * kMicrosPerMilli);
  if (arrived_us_ + timeout_us == deadline_us_) return;
  CloseBatches();  // a batch has one deadline
  deadline_us_ = arrived_us_ + timeout_us;
}

void Round::AddOperation(Asked& asked, ShardBatch::Origin origin) {
  Answer& answer = requests_[origin.request].answers[origin.operation];
  answer.is_write = asked.kind == Asked::Kind::kWrite;
  auto* refusal = std::get_if<Refusal>(&asked.validated);
  if (asked.kind == Asked::Kind::kHealth && refusal == nullptr) {
    answer.is_health = true;
  } else if (asked.kind != Asked::Kind::kHealth && services_.state->stopping) {
    Refuse({.outcome = Outcome::kShuttingDown}, answer);
  } else if (refusal) {
    Refuse(std::move(*refusal), answer);
  } else if (asked.kind == Asked::Kind::kAdmin) {
    AnswerAdmin(*asked.admin, answer);
  } else {
    Route(std::get<Operation>(std::move(asked.validated)), origin);
  }
}

void Round::AnswerAdmin(const v1::Admin& asked, Answer& answer) {
  auto* result = google::protobuf::Arena::CreateMessage<v1::AdminResult>(&arena_);
  auto refusal =
      wallet::AnswerAdmin(asked, services_.engine, services_.maintenance, local_, *result);
  if (refusal) return Refuse(*std::move(refusal), answer);
  answer.admin = result;
}

void Round::Refuse(Refusal refusal, Answer& answer) {
  answer.result = &own_results_.emplace_back(ToResult(std::move(refusal)));
}

void Round::Route(Operation operation, ShardBatch::Origin origin) {
  if (!TakeListed(ListLimit(operation))) {
    return Refuse({Outcome::kInvalidField, "limit",
                   "the lists of one frame ask for too many transactions: ask for fewer, or in "
                   "several frames"},
                  requests_[origin.request].answers[origin.operation]);
  }
  if (services_.limiter && !services_.limiter->Admit(operation, arrived_us_)) {
    requests_[origin.request].answers[origin.operation].result = &RateLimited();
    return;
  }
  const Engine::Lanes lanes = services_.engine.LanesOf(operation);
  if (lanes.count == 1) return RouteTo(lanes.first, std::move(operation), origin);
  RouteToAll(std::get<ListWithdrawals>(operation), lanes, origin);
}

bool Round::TakeListed(int64_t limit) {
  if (listed_ + limit > kMaxListedPerFrame) return false;
  listed_ += limit;
  return true;
}

void Round::RouteToAll(const ListWithdrawals& list, Engine::Lanes lanes,
                       ShardBatch::Origin origin) {
  FanOut& fan_out = fan_outs_.emplace_back(
      FanOut{.limit = list.limit, .lanes = static_cast<size_t>(lanes.count)});
  requests_[origin.request].answers[origin.operation].fan_out = &fan_out;
  for (int i = 0; i < lanes.count; ++i) RouteTo(lanes.first + i, list, origin);
}

void Round::RouteTo(int lane, Operation operation, ShardBatch::Origin origin) {
  ShardBatch& batch = OpenBatch(lane);
  batch.operations.push_back(std::move(operation));
  batch.origins.push_back(origin);
  ++requests_[origin.request].missing;
}

ShardBatch& Round::OpenBatch(int lane) {
  auto& batch = open_[lane];
  if (!batch) {
    batch = std::make_unique<ShardBatch>(services_.home, *this);
    batch->deadline_us = deadline_us_;
    batch->operations.reserve(batch_size_hint_);
    batch->origins.reserve(batch_size_hint_);
  }
  return *batch;
}

void Round::CloseBatches() {
  for (size_t lane = 0; lane < open_.size(); ++lane) {
    if (open_[lane]) closed_.emplace_back(static_cast<int>(lane), std::move(open_[lane]));
  }
}

void Round::Submit(const std::shared_ptr<RoundOwner>& owner) {
  CloseBatches();
  batches_out_ = closed_.size();
  for (auto& [lane, batch] : closed_) {
    batch->owner = owner;
    if (WALLET_MUTANT("users_order_broken")) {
      std::reverse(batch->operations.begin(), batch->operations.end());
      std::reverse(batch->origins.begin(), batch->origins.end());
    }
    services_.engine.Submit(lane, std::move(batch));
  }
  closed_.clear();
}

void Round::Take(std::unique_ptr<ShardBatch> batch) {
  WALLET_CHECK(batches_out_ > 0 && batch->results.size() == batch->origins.size());
  --batches_out_;
  if (WALLET_MUTANT("results_swapped")) std::reverse(batch->origins.begin(), batch->origins.end());
  for (size_t i = 0; i < batch->results.size(); ++i) Take(batch->results[i], batch->origins[i]);
  returned_.push_back(std::move(batch));
}

void Round::Take(const Result& result, ShardBatch::Origin origin) {
  Request& request = requests_[origin.request];
  if (request.missing == 0) return;  // given up as overdue
  Answer& answer = request.answers[origin.operation];
  if (answer.fan_out == nullptr) {
    answer.result = &result;
  } else {
    answer.fan_out->parts.push_back(&result);
    if (answer.fan_out->parts.size() == answer.fan_out->lanes) Merge(answer);
  }
  if (--request.missing == 0) complete_.push_back(origin.request);
}

void Round::Merge(Answer& answer) {
  FanOut& fan_out = *answer.fan_out;
  answer.result = &own_results_.emplace_back(MergeWithdrawals(fan_out.parts, fan_out.limit));
}

void Round::Expire() {
  for (uint32_t i = 0; i < requests_.size(); ++i) {
    Request& request = requests_[i];
    if (request.missing == 0) continue;
    for (Answer& answer : request.answers) {
      if (answer.result == nullptr && !answer.is_health && answer.admin == nullptr)
        answer.result = &Overdue(answer.is_write);
    }
    request.missing = 0;
    complete_.push_back(i);
  }
}

Round::Load Round::WriteComplete(std::string& out) {
  Load written;
  for (const uint32_t i : complete_) {
    Write(requests_[i], out);
    written += requests_[i].load;
  }
  answered_ += complete_.size();
  complete_.clear();
  return written;
}

void Round::Write(const Request& request, std::string& out) {
  services_.writer.Begin(request.id, out);
  for (const Answer& answer : request.answers) {
    if (answer.is_health) {
      services_.writer.Add(
          CurrentHealth(services_.engine, *services_.state, services_.limiter.get()),
          services_.identity);
    } else if (answer.admin != nullptr) {
      services_.writer.Add(*answer.admin);
    } else {
      services_.writer.Add(*answer.result);
    }
  }
  services_.writer.End();
}

}  // namespace wallet
