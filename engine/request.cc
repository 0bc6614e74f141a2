#include "engine/request.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/utf8.h"
#include "wal/base/absl_view.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// Judges one field after the other and keeps the first refusal; what it returns after that is
// unused.
class Judge {
 public:
  UserId User(const std::optional<int64_t>& value) {
    return UserId(Whole("user_id", value, 1, INT64_MAX, "the user's number"));
  }

  Amount PositiveAmount(const std::optional<int64_t>& value) {
    return Amount(Whole("amount", value, 1, INT64_MAX, "the amount in minor units (cents)"));
  }

  // Required, low … high.
  int64_t Whole(std::string_view field, const std::optional<int64_t>& value, int64_t low,
                int64_t high, std::string_view what) {
    if (!value) {
      Refuse(Outcome::kMissingField, field,
             absl::StrCat(ToAbsl(field), " is missing: give ", ToAbsl(what), "."));
      return low;
    }
    return Range(field, *value, low, high);
  }

  int64_t Range(std::string_view field, int64_t value, int64_t low, int64_t high) {
    if (value < low || value > high) {
      Refuse(Outcome::kInvalidField, field,
             absl::StrCat(ToAbsl(field), " must be a whole number from ", low, " to ", high, "."));
    }
    return value;
  }

  std::string_view Key(const std::optional<std::string_view>& key) {
    constexpr std::string_view kField = "idempotency_key";
    if (!key) {
      Refuse(Outcome::kMissingField, kField,
             "idempotency_key is missing: give each new request a key of its own, and its retries "
             "the same one.");
      return {};
    }
    if (key->empty()) Refuse(Outcome::kInvalidField, kField, "idempotency_key must not be empty.");
    CheckText(kField, *key, kMaxKeyBytes + (WALLET_MUTANT("long_key_taken") ? 1 : 0));
    return *key;
  }

  std::optional<std::string_view> Text(std::string_view field,
                                       const std::optional<std::string_view>& text, size_t most) {
    if (text) CheckText(field, *text, most);
    return text;
  }

  Currency CurrencyOr(const std::optional<std::string_view>& code, Currency otherwise) {
    if (!code) return otherwise;
    const std::optional<Currency> currency = Currency::Parse(*code);
    if (!currency) {
      Refuse(Outcome::kInvalidField, "currency",
             "currency must be an ISO 4217 code in capital letters, such as USD.");
    }
    return currency.value_or(otherwise);
  }

  void Absent(std::string_view field, bool present, std::string_view why) {
    if (!present) return;
    Refuse(Outcome::kUnknownField, field,
           absl::StrCat(ToAbsl(field), " is not allowed here: ", ToAbsl(why), "."));
  }

  void Refuse(Outcome outcome, std::string_view field, std::string message) {
    if (!refusal_) refusal_ = Refusal{outcome, field, std::move(message)};
  }

  Validated Or(Operation operation) && {
    if (refusal_) return *std::move(refusal_);
    return operation;
  }

 private:
  void CheckText(std::string_view field, std::string_view text, size_t most) {
    if (text.size() > most) {
      Refuse(Outcome::kInvalidField, field,
             absl::StrCat(ToAbsl(field), " is longer than ", most, " bytes."));
    }
    if (!IsPlainUtf8(text)) {
      Refuse(Outcome::kInvalidField, field,
             absl::StrCat(ToAbsl(field), " must be UTF-8 without control characters."));
    }
  }

  std::optional<Refusal> refusal_;
};

int64_t Limit(Judge& judge, const std::optional<int64_t>& limit) {
  return judge.Range("limit", limit.value_or(kDefaultListLimit), 1,
                     kMaxListLimit + (WALLET_MUTANT("limit_off") ? 1 : 0));
}

void CheckInstant(Judge& judge, std::string_view field, const std::optional<Instant>& instant) {
  if (!instant || (*instant >= kMinInstant && *instant <= kMaxInstant)) return;
  judge.Refuse(Outcome::kInvalidField, field,
               absl::StrCat(ToAbsl(field), " must lie in the years 1970 to 9999."));
}

}  // namespace

Validated ValidateCharge(const WriteRequest& request, Currency default_currency) {
  Judge judge;
  Charge charge;
  judge.Absent("destination", request.destination.has_value(), "only a withdrawal has one");
  charge.user = judge.User(request.user_id);
  charge.amount = judge.PositiveAmount(request.amount);
  charge.key = judge.Key(request.idempotency_key);
  charge.currency = judge.CurrencyOr(request.currency, default_currency);
  CheckInstant(judge, "release_at", request.release_at);
  charge.release_at = request.release_at;
  charge.description = judge.Text("description", request.description, kMaxDescriptionBytes);
  return std::move(judge).Or(charge);
}

Validated ValidateWithdraw(const WriteRequest& request, Currency default_currency) {
  Judge judge;
  Withdraw withdraw;
  judge.Absent("release_at", request.release_at.has_value(), "only a charge has one");
  withdraw.user = judge.User(request.user_id);
  withdraw.amount = judge.PositiveAmount(request.amount);
  withdraw.key = judge.Key(request.idempotency_key);
  withdraw.currency = judge.CurrencyOr(request.currency, default_currency);
  withdraw.destination = judge.Text("destination", request.destination, kMaxDestinationBytes);
  withdraw.description = judge.Text("description", request.description, kMaxDescriptionBytes);
  return std::move(judge).Or(withdraw);
}

Validated Validate(const BalanceRequest& request, Currency default_currency) {
  Judge judge;
  ReadBalance read;
  read.user = judge.User(request.user_id);
  read.currency = judge.CurrencyOr(request.currency, default_currency);
  CheckInstant(judge, "at", request.at);
  read.at = request.at;
  if (request.schedule) {
    read.schedule = judge.Range("schedule", *request.schedule, 1, kMaxScheduleLimit);
  }
  return std::move(judge).Or(read);
}

Validated Validate(const TransactionRequest& request) {
  Judge judge;
  ReadTransaction read;
  read.user = judge.User(request.user_id);
  if (request.id && request.idempotency_key) {
    judge.Refuse(Outcome::kInvalidField, "id", "Give id or idempotency_key, not both.");
  } else if (request.idempotency_key) {
    read.key = judge.Key(request.idempotency_key);
  } else {
    read.id = TransactionId(judge.Whole("id", request.id, 1, INT64_MAX,
                                        "the transaction's number, or its idempotency_key"));
  }
  return std::move(judge).Or(read);
}

Validated Validate(const TransactionsRequest& request) {
  Judge judge;
  ListTransactions list;
  list.user = judge.User(request.user_id);
  if (request.currency) list.currency = judge.CurrencyOr(request.currency, Currency());
  list.limit = Limit(judge, request.limit);
  if (request.page.has_value() + request.before_id.has_value() + request.after_id.has_value() > 1) {
    judge.Refuse(Outcome::kInvalidField, "page", "Give only one of page, before_id and after_id.");
  }
  if (request.before_id) {
    list.order = ListOrder::kBefore;
    list.from = TransactionId(judge.Range("before_id", *request.before_id, 1, INT64_MAX));
  } else if (request.after_id) {
    list.order = ListOrder::kAfter;
    list.from = TransactionId(judge.Range("after_id", *request.after_id, 0, INT64_MAX));
  } else {
    list.page = judge.Range("page", request.page.value_or(1), 1, INT64_MAX);
  }
  return std::move(judge).Or(list);
}

Validated Validate(const WithdrawalsRequest& request) {
  Judge judge;
  ListWithdrawals list;
  if (request.user_id) list.user = judge.User(request.user_id);
  list.limit = Limit(judge, request.limit);
  if (request.substatus) {
    list.substatus = ParseSubstatus(*request.substatus);
    if (!list.substatus || StatusOf(*list.substatus) != Status::kPending) {
      judge.Refuse(Outcome::kInvalidField, "substatus",
                   "substatus must be queued, dispatching, unknown, inquiring or review.");
    }
  }
  return std::move(judge).Or(list);
}

Validated Validate(const ChangesRequest& request) {
  Judge judge;
  ListChanges list{.after = request.after};
  list.limit = judge.Range("limit", request.limit.value_or(kDefaultChangesLimit), 1, kMaxListLimit);
  return std::move(judge).Or(list);
}

std::optional<UserId> UserOf(const Operation& operation) {
  return std::visit(
      [](const auto& asked) -> std::optional<UserId> {
        if constexpr (requires { asked.user; }) {
          return asked.user;
        } else {
          return std::nullopt;
        }
      },
      operation);
}

Validated Validate(const ResolveRequest& request) {
  Judge judge;
  Advance advance;
  advance.user = judge.User(request.user_id);
  advance.id = TransactionId(
      judge.Whole("id", request.id, 1, INT64_MAX, "the withdrawal's number within its user"));
  if (!request.paid) {
    judge.Refuse(
        Outcome::kMissingField, "paid",
        "paid is missing: say true if the bank has paid, false if it has not and will not.");
  }
  advance.step = request.paid.value_or(false) ? BankStep::kResolvePaid : BankStep::kResolveNotPaid;
  advance.message = judge.Text("note", request.note, kMaxFailureMessageBytes).value_or("");
  return std::move(judge).Or(advance);
}

}  // namespace wallet
