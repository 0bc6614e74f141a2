#include "net/request_reader.h"

#include <utility>

#include "net/codec.h"
#include "net/limits.h"
#include "net/proto/wire_reader.h"

namespace wallet {
namespace {

// nullopt: not in the plain form.
std::optional<WriteRequest> ReadWrite(std::string_view bytes) {
  using Wire = v1::Write;
  constexpr uint32_t kTexts =
      FieldBits(Wire::kIdempotencyKeyFieldNumber, Wire::kCurrencyFieldNumber,
                Wire::kDestinationFieldNumber, Wire::kDescriptionFieldNumber);
  WriteRequest request;
  const bool plain = ReadPlainMessage(bytes, kTexts, 0, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kUserIdFieldNumber:
        return request.user_id = static_cast<int64_t>(field.value), true;
      case Wire::kAmountFieldNumber:
        return request.amount = static_cast<int64_t>(field.value), true;
      case Wire::kIdempotencyKeyFieldNumber:
        return request.idempotency_key = field.bytes, true;
      case Wire::kCurrencyFieldNumber:
        return request.currency = field.bytes, true;
      case Wire::kReleaseAtFieldNumber:
        return request.release_at = Instant(static_cast<int64_t>(field.value)), true;
      case Wire::kDestinationFieldNumber:
        return request.destination = field.bytes, true;
      case Wire::kDescriptionFieldNumber:
        return request.description = field.bytes, true;
      default:
        return false;
    }
  });
  if (!plain) return std::nullopt;
  return request;
}

// nullopt: not in the plain form.
std::optional<BalanceRequest> ReadBalanceRequest(std::string_view bytes) {
  using Wire = v1::GetBalance;
  constexpr uint32_t kTexts = FieldBits(Wire::kCurrencyFieldNumber);
  BalanceRequest request;
  const bool plain = ReadPlainMessage(bytes, kTexts, 0, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kUserIdFieldNumber:
        return request.user_id = static_cast<int64_t>(field.value), true;
      case Wire::kCurrencyFieldNumber:
        return request.currency = field.bytes, true;
      default:
        return false;
    }
  });
  if (!plain) return std::nullopt;
  return request;
}

// nullopt: not in the plain form.
std::optional<TransactionsRequest> ReadListTransactions(std::string_view bytes) {
  using Wire = v1::ListTransactions;
  constexpr uint32_t kTexts = FieldBits(Wire::kCurrencyFieldNumber);
  TransactionsRequest request;
  const bool plain = ReadPlainMessage(bytes, kTexts, 0, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kUserIdFieldNumber:
        return request.user_id = static_cast<int64_t>(field.value), true;
      case Wire::kCurrencyFieldNumber:
        return request.currency = field.bytes, true;
      case Wire::kPageFieldNumber:
        return request.page = static_cast<int64_t>(field.value), true;
      case Wire::kLimitFieldNumber:
        return request.limit = static_cast<int64_t>(field.value), true;
      case Wire::kBeforeIdFieldNumber:
        return request.before_id = static_cast<int64_t>(field.value), true;
      case Wire::kAfterIdFieldNumber:
        return request.after_id = static_cast<int64_t>(field.value), true;
      default:
        return false;
    }
  });
  if (!plain) return std::nullopt;
  return request;
}

// nullopt: not in the plain form, or of a kind that has none.
std::optional<Asked> ReadPlainOperation(std::string_view bytes, Currency default_currency) {
  using Wire = v1::Operation;
  WireReader reader(bytes);
  WireReader::Field kind, more;
  if (!reader.Next(kind, UINT32_MAX) || reader.Next(more, UINT32_MAX) || reader.failed()) {
    return std::nullopt;
  }
  if (kind.number == Wire::kGetBalanceFieldNumber) {
    const auto request = ReadBalanceRequest(kind.bytes);
    if (!request) return std::nullopt;
    return Asked{Asked::Kind::kRead, Validate(*request, default_currency)};
  }
  if (kind.number == Wire::kListTransactionsFieldNumber) {
    const auto request = ReadListTransactions(kind.bytes);
    if (!request) return std::nullopt;
    return Asked{Asked::Kind::kRead, Validate(*request)};
  }
  const bool charge = kind.number == Wire::kChargeFieldNumber;
  if (!charge && kind.number != Wire::kWithdrawFieldNumber) return std::nullopt;
  const auto request = ReadWrite(kind.bytes);
  if (!request) return std::nullopt;
  return Asked{Asked::Kind::kWrite, charge ? ValidateCharge(*request, default_currency)
                                           : ValidateWithdraw(*request, default_currency)};
}

Asked::Kind KindOf(const v1::Operation& operation) {
  switch (operation.kind_case()) {
    case v1::Operation::kCharge:
    case v1::Operation::kWithdraw:
    case v1::Operation::kResolve:
      return Asked::Kind::kWrite;
    case v1::Operation::kGetHealth:
      return Asked::Kind::kHealth;
    case v1::Operation::kAdmin:
      return Asked::Kind::kAdmin;
    default:
      return Asked::Kind::kRead;
  }
}

bool Parse(std::string_view bytes, google::protobuf::MessageLite& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

RequestReader::Verdict RequestReader::Read(std::string_view body, google::protobuf::Arena& arena) {
  asked_.clear();
  timeout_ms_.reset();
  plain_ = true;
  const Verdict verdict = ReadPlain(body, arena);
  return plain_ ? verdict : ReadMessage(body, arena);
}

RequestReader::Verdict RequestReader::ReadPlain(std::string_view body,
                                                google::protobuf::Arena& arena) {
  using Wire = v1::Request;
  WireReader reader(body);
  for (WireReader::Field field; reader.Next(field, FieldBits(Wire::kOperationsFieldNumber));) {
    if (field.number == Wire::kOperationsFieldNumber) {
      if (asked_.size() == kMaxOperationsPerFrame) return Verdict::kTooManyOperations;
      if (!AddOperation(field.bytes, arena)) return Verdict::kUnreadable;
    } else if (field.number == Wire::kTimeoutMsFieldNumber) {
      timeout_ms_ = static_cast<uint32_t>(field.value);
    } else {
      plain_ = false;
    }
  }
  if (reader.failed()) plain_ = false;
  return Verdict::kRead;
}

bool RequestReader::AddOperation(std::string_view bytes, google::protobuf::Arena& arena) {
  if (auto asked = ReadPlainOperation(bytes, default_currency_)) {
    asked_.push_back(*std::move(asked));
    return true;
  }
  auto* message = google::protobuf::Arena::CreateMessage<v1::Operation>(&arena);
  if (!Parse(bytes, *message)) return false;
  AddMessage(*message);
  return true;
}

RequestReader::Verdict RequestReader::ReadMessage(std::string_view body,
                                                  google::protobuf::Arena& arena) {
  asked_.clear();
  auto* message = google::protobuf::Arena::CreateMessage<v1::Request>(&arena);
  if (!Parse(body, *message)) return Verdict::kUnreadable;
  if (message->operations_size() > static_cast<int>(kMaxOperationsPerFrame)) {
    return Verdict::kTooManyOperations;
  }
  timeout_ms_.reset();
  if (message->has_timeout_ms()) timeout_ms_ = message->timeout_ms();
  for (const v1::Operation& operation : message->operations()) AddMessage(operation);
  return Verdict::kRead;
}

void RequestReader::AddMessage(const v1::Operation& operation) {
  Asked asked{.kind = KindOf(operation), .validated = {}};
  if (asked.kind == Asked::Kind::kAdmin) {
    asked.admin = &operation.admin();
    if (HasUnknownAdminFields(operation)) asked.validated = Refusal{Outcome::kUnknownField};
  } else if (asked.kind != Asked::Kind::kHealth) {
    asked.validated = Decode(operation, default_currency_);
  } else if (const Outcome outcome = CheckGetHealth(operation); outcome != Outcome::kOk) {
    asked.validated = Refusal{.outcome = outcome};
  }
  asked_.push_back(std::move(asked));
}

}  // namespace wallet
