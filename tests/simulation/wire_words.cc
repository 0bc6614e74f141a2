#include "tests/simulation/wire_words.h"

#include "net/client/codec.h"
#include "net/proto/position_token.h"

namespace wallet::simulation {
namespace {

// The model always names a currency; where it is the default, every other request leaves it out.
std::string CurrencyOf(const model::Request& request) {
  const bool left_out = request.currency == "USD" && request.key.size() % 2 == 0;
  return left_out ? "" : request.currency;
}

void EncodeWrite(const model::Request& request, std::string& out) {
  if (request.withdraw) {
    return Encode(client::Withdraw{.user_id = request.user,
                                   .amount = request.amount,
                                   .idempotency_key = request.key,
                                   .currency = CurrencyOf(request),
                                   .destination = request.destination,
                                   .description = request.description},
                  out);
  }
  client::Charge charge{.user_id = request.user,
                        .amount = request.amount,
                        .idempotency_key = request.key,
                        .currency = CurrencyOf(request),
                        .description = request.description};
  if (request.release_at) charge.release_at = Instant(*request.release_at);
  Encode(charge, out);
}

void EncodeList(const Call& call, std::string& out) {
  client::ListTransactions list{.user_id = call.request.user,
                                .currency = call.query.currency.value_or(""),
                                .limit = call.query.limit};
  if (call.query.order == model::Order::kPage) list.page = call.query.from;
  if (call.query.order == model::Order::kBefore) list.before_id = call.query.from;
  if (call.query.order == model::Order::kAfter) list.after_id = call.query.from;
  Encode(list, out);
}

void EncodeBalance(const Call& call, std::string& out) {
  client::ReadBalance read{.user_id = call.request.user, .currency = call.request.currency};
  if (call.at) read.at = Instant(*call.at);
  if (call.schedule > 0) read.schedule = call.schedule;
  Encode(read, out);
}

Answer Common(const client::Answer& given) {
  Answer answer{.outcome = static_cast<Outcome>(given.code)};
  if (const auto token = ParsePositionToken(given.position)) {
    answer.position = token->position.value();
  }
  return answer;
}

model::Transaction TransactionOf(const client::Transaction& given) {
  model::Transaction seen{.user = given.user_id,
                          .id = given.id,
                          .type = given.type,
                          .status = given.status,
                          .substatus = given.substatus,
                          .currency = given.currency,
                          .amount = given.amount,
                          .key = given.idempotency_key,
                          .destination = given.destination,
                          .description = given.description,
                          .created_at = given.created_at.value(),
                          .updated_at = given.updated_at.value(),
                          .failure_code = given.failure_code,
                          .failure_message = given.failure_message};
  if (given.release_at) seen.release_at = given.release_at->value();
  return seen;
}

void Put(const std::optional<client::Transaction>& given, Answer& answer) {
  if (!given) return;
  answer.transaction = TransactionOf(*given);
  if (!given->reference.empty()) answer.reference = given->reference;
}

void Put(const client::Balance& given, Answer& answer) {
  answer.balance = model::Balance{.total = given.total,
                                  .withdrawable = given.withdrawable,
                                  .unreleased = given.unreleased,
                                  .held = given.held};
  answer.currency = given.currency;
}

}  // namespace

void EncodeCall(const Call& call, std::string& out) {
  const model::Request& request = call.request;
  switch (call.kind) {
    case CallKind::kWrite:
      return EncodeWrite(request, out);
    case CallKind::kBalance:
      return EncodeBalance(call, out);
    case CallKind::kById:
      return client::EncodeGetTransaction(request.user, call.id, out);
    case CallKind::kByKey:
      return client::EncodeGetTransaction(request.user, request.key, out);
    case CallKind::kList:
      return EncodeList(call, out);
    case CallKind::kReviews:
      return Encode(client::ListWithdrawals{.substatus = "review", .limit = call.query.limit}, out);
    case CallKind::kResolve:
      return client::EncodeResolve(request.user, call.id, call.paid, "", out);
  }
}

Answer AnswerOf(const client::WriteAnswer& given) {
  Answer answer = Common(given);
  Put(given.transaction, answer);
  if (given.balance) Put(*given.balance, answer);
  return answer;
}

Answer AnswerOf(const client::BalanceAnswer& given, const Call& call) {
  Answer answer = Common(given);
  if (!given.ok()) return answer;
  Put(given.balance, answer);
  if (given.at) answer.at = given.at->value();
  if (call.schedule == 0 && given.schedule.empty()) return answer;
  // The library does not tell an empty schedule from none.
  answer.schedule.emplace();
  for (const client::Release& each : given.schedule) {
    answer.schedule->push_back({each.release_at.value(), each.amount});
  }
  return answer;
}

Answer AnswerOf(const client::TransactionAnswer& given) {
  Answer answer = Common(given);
  Put(given.transaction, answer);
  return answer;
}

Answer AnswerOf(const client::PageAnswer& given) {
  Answer answer = Common(given);
  for (const client::Transaction& each : given.transactions) {
    answer.transactions.push_back(TransactionOf(each));
  }
  answer.total = given.total;
  answer.next = given.next;
  return answer;
}

}  // namespace wallet::simulation
