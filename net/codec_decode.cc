#include <utility>

#include "net/codec.h"
#include "net/proto/position_token.h"

namespace wallet {
namespace {

bool HasUnknownFields(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// The value of an optional field of `message`, if it is there.
#define WALLET_OPTIONAL(message, field) \
  ((message).has_##field() ? std::optional((message).field()) : std::nullopt)
#define WALLET_OPTIONAL_TEXT(message, field) \
  ((message).has_##field() ? std::optional<std::string_view>((message).field()) : std::nullopt)

WriteRequest ToRequest(const v1::Write& write) {
  WriteRequest request;
  request.user_id = WALLET_OPTIONAL(write, user_id);
  request.amount = WALLET_OPTIONAL(write, amount);
  request.idempotency_key = WALLET_OPTIONAL_TEXT(write, idempotency_key);
  request.currency = WALLET_OPTIONAL_TEXT(write, currency);
  if (write.has_release_at()) request.release_at = Instant(write.release_at());
  request.destination = WALLET_OPTIONAL_TEXT(write, destination);
  request.description = WALLET_OPTIONAL_TEXT(write, description);
  return request;
}

BalanceRequest ToRequest(const v1::GetBalance& read) {
  return {.user_id = WALLET_OPTIONAL(read, user_id),
          .currency = WALLET_OPTIONAL_TEXT(read, currency),
          .at = read.has_at() ? std::optional(Instant(read.at())) : std::nullopt,
          .schedule = WALLET_OPTIONAL(read, schedule)};
}

TransactionRequest ToRequest(const v1::GetTransaction& read) {
  return {.user_id = WALLET_OPTIONAL(read, user_id),
          .id = WALLET_OPTIONAL(read, id),
          .idempotency_key = WALLET_OPTIONAL_TEXT(read, idempotency_key)};
}

TransactionsRequest ToRequest(const v1::ListTransactions& list) {
  return {.user_id = WALLET_OPTIONAL(list, user_id),
          .currency = WALLET_OPTIONAL_TEXT(list, currency),
          .page = WALLET_OPTIONAL(list, page),
          .limit = WALLET_OPTIONAL(list, limit),
          .before_id = WALLET_OPTIONAL(list, before_id),
          .after_id = WALLET_OPTIONAL(list, after_id)};
}

WithdrawalsRequest ToRequest(const v1::ListWithdrawals& list) {
  return {.user_id = WALLET_OPTIONAL(list, user_id),
          .substatus = WALLET_OPTIONAL_TEXT(list, substatus),
          .limit = WALLET_OPTIONAL(list, limit)};
}

ResolveRequest ToRequest(const v1::Resolve& resolve) {
  return {.user_id = WALLET_OPTIONAL(resolve, user_id),
          .id = WALLET_OPTIONAL(resolve, id),
          .paid = WALLET_OPTIONAL(resolve, paid),
          .note = WALLET_OPTIONAL_TEXT(resolve, note)};
}

Refusal UnknownField() {
  return {Outcome::kUnknownField, "",
          "the operation carries a field that this server does not know; send only fields of the "
          "protocol version that the welcome named"};
}

template <class Message, class Validator>
Validated Judge(const v1::Operation& operation, const Message& message, Validator validate) {
  if (HasUnknownFields(operation) || HasUnknownFields(message)) return UnknownField();
  return validate(ToRequest(message));
}

}  // namespace

Validated Decode(const v1::Operation& operation, Currency default_currency) {
  const auto plain = [](const auto& request) { return Validate(request); };
  switch (operation.kind_case()) {
    case v1::Operation::kCharge:
      return Judge(operation, operation.charge(), [&](const WriteRequest& request) {
        return ValidateCharge(request, default_currency);
      });
    case v1::Operation::kWithdraw:
      return Judge(operation, operation.withdraw(), [&](const WriteRequest& request) {
        return ValidateWithdraw(request, default_currency);
      });
    case v1::Operation::kGetBalance:
      return Judge(operation, operation.get_balance(), [&](const BalanceRequest& request) {
        return Validate(request, default_currency);
      });
    case v1::Operation::kGetTransaction:
      return Judge(operation, operation.get_transaction(), plain);
    case v1::Operation::kListTransactions:
      return Judge(operation, operation.list_transactions(), plain);
    case v1::Operation::kListWithdrawals:
      return Judge(operation, operation.list_withdrawals(), plain);
    case v1::Operation::kResolve:
      return Judge(operation, operation.resolve(), plain);
    case v1::Operation::kListChanges: {
      const v1::ListChanges& list = operation.list_changes();
      if (HasUnknownFields(operation) || HasUnknownFields(list)) return UnknownField();
      return ValidateChanges(WALLET_OPTIONAL_TEXT(list, after), WALLET_OPTIONAL(list, limit));
    }
    case v1::Operation::kAdmin:
    case v1::Operation::kGetHealth:
    case v1::Operation::KIND_NOT_SET:
      break;
  }
  return Refusal{Outcome::kMalformedRequest, "",
                 "the operation is of no kind that this server knows; set exactly one"};
}

Validated ValidateChanges(std::optional<std::string_view> after, std::optional<int64_t> limit) {
  ChangesRequest request{.after = {}, .limit = limit};
  if (after) {
    const auto token = ParsePositionToken(*after);
    const auto epoch = token ? Epoch::Parse(token->epoch) : std::nullopt;
    if (!epoch) {
      return Refusal{Outcome::kInvalidField, "after",
                     "after must be a position as an earlier answer said it, such as "
                     "k3v7qm2a-1f4."};
    }
    request.after = LedgerPosition{*epoch, token->position};
  }
  return Validate(request);
}

Outcome CheckGetHealth(const v1::Operation& operation) {
  const bool unknown = HasUnknownFields(operation) || HasUnknownFields(operation.get_health());
  return unknown ? Outcome::kUnknownField : Outcome::kOk;
}

bool HasUnknownAdminFields(const v1::Operation& operation) {
  const v1::Admin& admin = operation.admin();
  if (HasUnknownFields(operation) || HasUnknownFields(admin)) return true;
  switch (admin.kind_case()) {
    case v1::Admin::kCreateSnapshot:
      return HasUnknownFields(admin.create_snapshot());
    case v1::Admin::kGetSnapshot:
      return HasUnknownFields(admin.get_snapshot());
    case v1::Admin::kListSnapshots:
      return HasUnknownFields(admin.list_snapshots());
    case v1::Admin::kCreateBackup:
      return HasUnknownFields(admin.create_backup());
    case v1::Admin::kGetBackup:
      return HasUnknownFields(admin.get_backup());
    case v1::Admin::kCancelBackup:
      return HasUnknownFields(admin.cancel_backup());
    case v1::Admin::KIND_NOT_SET:
      break;
  }
  return false;
}

Result ToResult(Refusal refusal) {
  Result result;
  result.outcome = refusal.outcome;
  result.field = refusal.field;
  result.message = std::move(refusal.message);
  return result;
}

}  // namespace wallet
