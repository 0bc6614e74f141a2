#include "tests/simulation/translate.h"

#include <string>
#include <utility>

#include "engine/request.h"
#include "wal/base/check.h"

namespace wallet::simulation {
namespace {

std::optional<std::string_view> View(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::optional<std::string> Own(const std::optional<std::string_view>& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

Operation Valid(Validated validated) {
  WALLET_CHECK(std::holds_alternative<Operation>(validated));
  return std::get<Operation>(std::move(validated));
}

Operation WriteOf(const model::Request& request) {
  WriteRequest write{.user_id = request.user,
                     .amount = request.amount,
                     .idempotency_key = request.key,
                     .currency = request.currency,
                     .destination = View(request.destination),
                     .description = View(request.description)};
  if (request.release_at) write.release_at = Instant(*request.release_at);
  const Currency usd = *Currency::Parse("USD");
  return Valid(request.withdraw ? ValidateWithdraw(write, usd) : ValidateCharge(write, usd));
}

Operation ListOf(const Call& call) {
  TransactionsRequest list{.user_id = call.request.user, .currency = View(call.query.currency)};
  list.limit = call.query.limit;
  if (call.query.order == model::Order::kPage) list.page = call.query.from;
  if (call.query.order == model::Order::kBefore) list.before_id = call.query.from;
  if (call.query.order == model::Order::kAfter) list.after_id = call.query.from;
  return Valid(Validate(list));
}

Operation BalanceReadOf(const Call& call) {
  BalanceRequest read{.user_id = call.request.user, .currency = call.request.currency};
  if (call.at) read.at = Instant(*call.at);
  if (call.schedule > 0) read.schedule = call.schedule;
  return Valid(Validate(read, Currency()));
}

}  // namespace

Operation OperationOf(const Call& call) {
  const model::Request& request = call.request;
  switch (call.kind) {
    case CallKind::kWrite:
      return WriteOf(request);
    case CallKind::kBalance:
      return BalanceReadOf(call);
    case CallKind::kById:
      return Valid(Validate(TransactionRequest{.user_id = request.user, .id = call.id}));
    case CallKind::kByKey:
      return Valid(
          Validate(TransactionRequest{.user_id = request.user, .idempotency_key = request.key}));
    case CallKind::kList:
      return ListOf(call);
    case CallKind::kReviews:
      return Valid(Validate(WithdrawalsRequest{.substatus = "review", .limit = call.query.limit}));
    case CallKind::kResolve:
      break;
  }
  return Valid(Validate(ResolveRequest{.user_id = request.user, .id = call.id, .paid = call.paid}));
}

Answer AnswerOf(const Result& result) {
  Answer answer{.outcome = result.outcome, .position = result.position.value()};
  if (const auto transaction = result.transaction()) {
    answer.transaction = TransactionOf(*transaction);
    if (transaction->type == TransactionType::kWithdraw) {
      answer.reference = Reference(transaction->epoch, transaction->user, transaction->id);
    }
  }
  if (result.balance) answer.balance = BalanceOf(*result.balance);
  if (result.balance) answer.currency = result.currency.ToString();
  if (result.balance_details) {
    answer.at = result.balance_details->at.value();
    if (const auto& schedule = result.balance_details->schedule) {
      answer.schedule.emplace();
      for (const Release& each : *schedule) {
        answer.schedule->push_back({each.release_at.value(), each.amount.value()});
      }
    }
  }
  if (!result.page) return answer;
  for (const Transaction& each : result.page->transactions) {
    answer.transactions.push_back(TransactionOf(each));
  }
  answer.total = result.page->total;
  answer.next = result.page->next;
  return answer;
}

model::Transaction TransactionOf(const Transaction& transaction) {
  model::Transaction seen{.user = transaction.user.value(),
                          .id = transaction.id.value(),
                          .type = std::string(ToString(transaction.type)),
                          .status = std::string(ToString(transaction.status())),
                          .substatus = std::string(ToString(transaction.substatus)),
                          .currency = transaction.currency.ToString(),
                          .amount = transaction.amount.value(),
                          .key = std::string(transaction.key),
                          .destination = Own(transaction.destination),
                          .description = Own(transaction.description),
                          .created_at = transaction.created_at.value(),
                          .updated_at = transaction.updated_at.value(),
                          .failure_code = std::string(transaction.failure_code),
                          .failure_message = std::string(transaction.failure_message)};
  if (transaction.release_at) seen.release_at = transaction.release_at->value();
  return seen;
}

model::Balance BalanceOf(const Balance& balance) {
  return {.total = balance.total.value(),
          .withdrawable = balance.withdrawable.value(),
          .unreleased = balance.unreleased.value(),
          .held = balance.held.value()};
}

model::Request RequestOf(const Event& event) {
  model::Request request{.withdraw = event.type == EventType::kWithdrawalRequested,
                         .user = event.user.value(),
                         .amount = event.amount.value(),
                         .key = std::string(event.key),
                         .currency = event.currency.ToString(),
                         .destination = Own(event.destination),
                         .description = Own(event.description)};
  if (event.release_at) request.release_at = event.release_at->value();
  return request;
}

model::Move MoveOf(const Event& event) {
  return {.at = event.at.value(),
          .to = std::string(ToString(event.to)),
          .attempts = event.attempt,
          .bank = std::string(event.bank),
          .code = std::string(event.code),
          .message = std::string(event.message)};
}

}  // namespace wallet::simulation
