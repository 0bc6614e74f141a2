#include "tests/simulation/call.h"

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"

namespace wallet::simulation {

std::string ToString(const Call& call) {
  const model::Request& request = call.request;
  switch (call.kind) {
    case CallKind::kWrite:
      return absl::StrCat(request.withdraw ? "withdraw " : "charge ", request.amount, " ",
                          request.currency, " key ", request.key,
                          request.release_at ? absl::StrCat(" release ", *request.release_at) : "");
    case CallKind::kBalance:
      return absl::StrCat("balance ", request.currency,
                          call.at ? absl::StrCat(" at ", *call.at) : "",
                          call.schedule > 0 ? absl::StrCat(" schedule ", call.schedule) : "");
    case CallKind::kById:
      return absl::StrCat("transaction ", call.id);
    case CallKind::kByKey:
      return absl::StrCat("transaction by key ", request.key);
    case CallKind::kList:
      return absl::StrCat("list order ", static_cast<int>(call.query.order), " from ",
                          call.query.from, " limit ", call.query.limit, " ",
                          call.query.currency.value_or(""));
    case CallKind::kReviews:
      return absl::StrCat("reviews of shard ", call.shard);
    case CallKind::kResolve:
      return absl::StrCat("resolve ", call.id, call.paid ? " paid" : " not paid");
  }
  return "";
}

std::string ToString(const Answer& answer) {
  std::string text(Code(answer.outcome));
  absl::StrAppend(&text, " at ", answer.position);
  if (answer.transaction) absl::StrAppend(&text, " [", model::ToString(*answer.transaction), "]");
  if (answer.balance) absl::StrAppend(&text, " [", model::ToString(*answer.balance), "]");
  if (answer.at) absl::StrAppend(&text, " of ", *answer.at);
  if (answer.schedule) absl::StrAppend(&text, " with ", answer.schedule->size(), " releases");
  if (!answer.transactions.empty()) {
    absl::StrAppend(&text, " list of ", answer.transactions.size(), " of ", answer.total);
  }
  return text;
}

}  // namespace wallet::simulation
