#include "net/http/calls.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "absl/strings/str_cat.h"
#include "net/codec.h"
#include "wal/base/absl_view.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr std::string_view kJson = "application/json";

HttpRefusal ToHttp(Refusal refusal) {
  return {refusal.outcome, std::string(refusal.field), std::move(refusal.message)};
}

// Ends the reading of a call. What a field of the wrong type stands for is absent in the request
// that was judged, but not missing.
void Finish(Call& call, std::initializer_list<std::string_view> names, const NamedFieldReader& read,
            Validated judged) {
  auto* refusal = std::get_if<Refusal>(&judged);
  const bool missing = refusal && refusal->outcome == Outcome::kMissingField &&
                       call.fields.Find(refusal->field) == nullptr;
  if (refusal && (missing || !read.refusal())) {
    call.refusal = ToHttp(std::move(*refusal));
  } else if (read.refusal()) {
    call.refusal = read.refusal();
  } else {
    call.refusal = call.fields.CheckNames(names);
  }
  if (!call.refusal) call.operation = std::get<Operation>(std::move(judged));
}

void ReadWrite(Call& call, Currency default_currency) {
  const bool charge = call.kind == CallKind::kCharge;
  NamedFieldReader read(call.fields);
  WriteRequest request;
  request.user_id = read.Integer("user_id");
  request.amount = read.Integer("amount");
  request.idempotency_key = read.Text("idempotency_key");
  request.currency = read.Text("currency");
  request.description = read.Text("description");
  if (charge) request.release_at = read.Time("release_at");
  if (!charge) request.destination = read.Text("destination");
  Finish(call,
         {"user_id", "amount", "idempotency_key", "currency", "description",
          charge ? "release_at" : "destination"},
         read,
         charge ? ValidateCharge(request, default_currency)
                : ValidateWithdraw(request, default_currency));
}

void ReadBalanceCall(Call& call, Currency default_currency) {
  NamedFieldReader read(call.fields);
  BalanceRequest request{.user_id = read.Integer("user_id"),
                         .currency = read.Text("currency"),
                         .at = read.Time("at"),
                         .schedule = read.Integer("schedule")};
  Finish(call, {"user_id", "currency", "at", "schedule"}, read,
         Validate(request, default_currency));
}

void ReadTransactionCall(Call& call, Currency) {
  NamedFieldReader read(call.fields);
  TransactionRequest request{.user_id = read.Integer("user_id"),
                             .id = read.Integer("id"),
                             .idempotency_key = read.Text("idempotency_key")};
  Finish(call, {"user_id", "id", "idempotency_key"}, read, Validate(request));
}

void ReadTransactionsCall(Call& call, Currency) {
  NamedFieldReader read(call.fields);
  TransactionsRequest request{.user_id = read.Integer("user_id"),
                              .currency = read.Text("currency"),
                              .page = read.Integer("page"),
                              .limit = read.Integer("limit"),
                              .before_id = read.Integer("before_id"),
                              .after_id = read.Integer("after_id")};
  Finish(call, {"user_id", "currency", "page", "limit", "before_id", "after_id"}, read,
         Validate(request));
}

void ReadWithdrawalsCall(Call& call, Currency) {
  NamedFieldReader read(call.fields);
  WithdrawalsRequest request{.user_id = read.Integer("user_id"),
                             .substatus = read.Text("substatus"),
                             .limit = read.Integer("limit")};
  Finish(call, {"user_id", "substatus", "limit"}, read, Validate(request));
}

void ReadChangesCall(Call& call, Currency) {
  NamedFieldReader read(call.fields);
  const auto after = read.Text("after");
  const auto limit = read.Integer("limit");
  Finish(call, {"after", "limit"}, read, ValidateChanges(after, limit));
}

void ReadResolveCall(Call& call, Currency) {
  NamedFieldReader read(call.fields);
  ResolveRequest request{.user_id = read.Integer("user_id"),
                         .id = read.Integer("id"),
                         .paid = read.Boolean("paid"),
                         .note = read.Text("note")};
  Finish(call, {"user_id", "id", "paid", "note"}, read, Validate(request));
}

void ReadHealthCall(Call& call, Currency) { call.refusal = call.fields.CheckNames({}); }

struct Route {
  std::string_view path;
  std::string_view method;
  CallKind kind;
  void (*read)(Call&, Currency);
  std::string_view example;  // of a POST's body
};

constexpr std::string_view kWriteExample =
    R"({"user_id":123,"amount":1000,"idempotency_key":"a-new-key"})";

constexpr Route kRoutes[] = {
    {"/charge", "POST", CallKind::kCharge, ReadWrite, kWriteExample},
    {"/withdraw", "POST", CallKind::kWithdraw, ReadWrite, kWriteExample},
    {"/balance", "GET", CallKind::kBalance, ReadBalanceCall, ""},
    {"/transactions", "GET", CallKind::kTransactions, ReadTransactionsCall, ""},
    {"/transaction", "GET", CallKind::kTransaction, ReadTransactionCall, ""},
    {"/withdrawals", "GET", CallKind::kWithdrawals, ReadWithdrawalsCall, ""},
    {"/withdrawals/resolve", "POST", CallKind::kResolve, ReadResolveCall,
     R"({"user_id":123,"id":45,"paid":true})"},
    {"/changes", "GET", CallKind::kChanges, ReadChangesCall, ""},
    {"/health", "GET", CallKind::kHealth, ReadHealthCall, ""},
};

// The media type without its parameters, which JSON does not need.
bool IsJson(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return boost::beast::iequals({type.data(), type.size()}, {kJson.data(), kJson.size()});
}

HttpRefusal WrongMediaType(const Route& route) {
  return {Outcome::kUnsupportedMediaType, "",
          absl::StrCat("Send the body as JSON and say so: curl -X POST http://HOST:PORT",
                       ToAbsl(route.path), " -H 'Content-Type: application/json' -d '",
                       ToAbsl(route.example), "'")};
}

// Fills call.fields, or refuses.
void ReadFields(const Route& route, const HttpRequestView& request, std::string_view query,
                Call& call) {
  std::variant<NamedFields, HttpRefusal> parsed;
  if (route.method == "GET") {
    parsed = ParseQuery(query);
  } else if (!WALLET_MUTANT("any_content_type") && !IsJson(request.content_type)) {
    parsed = WrongMediaType(route);
  } else if (!query.empty()) {
    parsed = HttpRefusal{Outcome::kUnknownField, "", "A POST takes its fields in the body alone."};
  } else {
    parsed = ParseJsonBody(request.body);
  }
  if (auto* refusal = std::get_if<HttpRefusal>(&parsed)) {
    call.refusal = std::move(*refusal);
  } else {
    call.fields = std::get<NamedFields>(std::move(parsed));
  }
}

std::string KnownCalls() {
  std::string calls;
  for (const Route& route : kRoutes) {
    absl::StrAppend(&calls, calls.empty() ? "" : ", ", ToAbsl(route.method), " ",
                    ToAbsl(route.path));
  }
  return calls;
}

}  // namespace

Call ReadCall(const HttpRequestView& request, Currency default_currency) {
  Call call;
  const size_t question = std::min(request.target.find('?'), request.target.size());
  const std::string_view path = request.target.substr(0, question);
  const std::string_view query =
      request.target.substr(std::min(question + 1, request.target.size()));
  const auto route = std::find_if(std::begin(kRoutes), std::end(kRoutes),
                                  [&](const Route& each) { return each.path == path; });
  if (route == std::end(kRoutes)) {
    call.refusal =
        HttpRefusal{Outcome::kNotFound, "",
                    absl::StrCat("There is no such call. There are: ", KnownCalls(), ".")};
  } else if (route->method != request.method) {
    call.allow = route->method;
    call.refusal = HttpRefusal{Outcome::kMethodNotAllowed, "",
                               absl::StrCat(ToAbsl(path), " takes ", ToAbsl(route->method), ".")};
  } else {
    call.kind = route->kind;
    ReadFields(*route, request, query, call);
    if (!call.refusal) route->read(call, default_currency);
  }
  return call;
}

}  // namespace wallet
