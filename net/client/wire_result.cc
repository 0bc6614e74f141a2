#include "net/client/wire_result.h"

#include "net/proto/wire_reader.h"
#include "wal/base/coding.h"

namespace wallet::client {
namespace {

bool ReadPlainTransaction(std::string_view bytes, WireTransaction& out) {
  using Wire = v1::Transaction;
  constexpr uint32_t kTexts = FieldBits(
      Wire::kCurrencyFieldNumber, Wire::kIdempotencyKeyFieldNumber, Wire::kEpochFieldNumber,
      Wire::kDestinationFieldNumber, Wire::kDescriptionFieldNumber, Wire::kFailureCodeFieldNumber);
  return ReadPlainMessage(bytes, kTexts, 0, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kIdFieldNumber:
        return out.id = static_cast<int64_t>(field.value), true;
      case Wire::kUserIdFieldNumber:
        return out.user_id = static_cast<int64_t>(field.value), true;
      case Wire::kCurrencyFieldNumber:
        return out.currency = field.bytes, true;
      case Wire::kTypeFieldNumber:
        return out.type = static_cast<uint32_t>(field.value), true;
      case Wire::kSubstatusFieldNumber:
        return out.substatus = static_cast<uint32_t>(field.value), true;
      case Wire::kAmountFieldNumber:
        return out.amount = UnZigZag(field.value), true;
      case Wire::kIdempotencyKeyFieldNumber:
        return out.idempotency_key = field.bytes, true;
      case Wire::kEpochFieldNumber:
        return out.epoch = field.bytes, true;
      case Wire::kDestinationFieldNumber:
        return out.destination = field.bytes, true;
      case Wire::kDescriptionFieldNumber:
        return out.description = field.bytes, true;
      case Wire::kRelatedIdFieldNumber:
        return out.related_id = static_cast<int64_t>(field.value), true;
      case Wire::kCreatedAtFieldNumber:
        return out.created_at = static_cast<int64_t>(field.value), true;
      case Wire::kUpdatedAtFieldNumber:
        return out.updated_at = static_cast<int64_t>(field.value), true;
      case Wire::kReleaseAtFieldNumber:
        return out.release_at = static_cast<int64_t>(field.value), true;
      case Wire::kFailureCodeFieldNumber:
        return out.failure_code = field.bytes, true;
      default:
        return false;
    }
  });
}

bool ReadPlainBalance(std::string_view bytes, WireBalance& out) {
  using Wire = v1::Balance;
  return ReadPlainMessage(bytes, FieldBits(Wire::kCurrencyFieldNumber, Wire::kScheduleFieldNumber),
                          0, [&](const WireReader::Field& field) {
                            switch (field.number) {
                              case Wire::kCurrencyFieldNumber:
                                return out.currency = field.bytes, true;
                              case Wire::kTotalFieldNumber:
                                return out.total = static_cast<int64_t>(field.value), true;
                              case Wire::kWithdrawableFieldNumber:
                                return out.withdrawable = static_cast<int64_t>(field.value), true;
                              case Wire::kUnreleasedFieldNumber:
                                return out.unreleased = static_cast<int64_t>(field.value), true;
                              case Wire::kHeldFieldNumber:
                                return out.held = static_cast<int64_t>(field.value), true;
                              default:
                                return false;
                            }
                          });
}

WireBalance ToWire(const v1::Balance& message) {
  return {.currency = message.currency(),
          .total = message.total(),
          .withdrawable = message.withdrawable(),
          .unreleased = message.unreleased(),
          .held = message.held()};
}

Code CodeOf(const v1::Error& error) {
  const uint32_t code = error.code();
  return code == 0 || code > UINT8_MAX ? Code::kInternal : static_cast<Code>(code);
}

}  // namespace

WireTransaction ToWire(const v1::Transaction& message) {
  WireTransaction out;
  out.id = message.id();
  out.user_id = message.user_id();
  out.currency = message.currency();
  out.type = message.type();
  out.substatus = message.substatus();
  out.amount = message.amount();
  out.idempotency_key = message.idempotency_key();
  out.epoch = message.epoch();
  if (message.has_destination()) out.destination = message.destination();
  if (message.has_description()) out.description = message.description();
  if (message.has_related_id()) out.related_id = message.related_id();
  out.created_at = message.created_at();
  out.updated_at = message.updated_at();
  if (message.has_release_at()) out.release_at = message.release_at();
  out.failure_code = message.failure_code();
  out.failure_message = message.failure_message();
  return out;
}

bool WireResult::Read(std::string_view bytes, google::protobuf::Arena& arena) {
  Clear();
  if (ReadPlain(bytes)) return true;
  Clear();
  auto& message = *google::protobuf::Arena::CreateMessage<v1::Result>(&arena);
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  Take(message);
  return true;
}

WireResult WireResult::Refusal(Code code, std::string_view message) {
  WireResult refusal;
  refusal.code = code;
  refusal.error_message = message;
  return refusal;
}

void WireResult::Clear() {
  code = Code::kOk;
  field = error_message = {};
  position = 0;
  transaction.reset();
  balance.reset();
  page.clear();
  page_total = 0;
  page_next.reset();
  rest = &v1::Result::default_instance();
}

bool WireResult::ReadPlain(std::string_view bytes) {
  using Wire = v1::Result;
  constexpr uint32_t kMessages = ~FieldBits(Wire::kPositionFieldNumber);
  return ReadPlainMessage(bytes, kMessages, 0, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kTransactionFieldNumber:
        return ReadPlainTransaction(field.bytes, transaction.emplace());
      case Wire::kBalanceFieldNumber:
        return ReadPlainBalance(field.bytes, balance.emplace());
      case Wire::kPositionFieldNumber:
        return position = field.value, true;
      case Wire::kPageFieldNumber:
        return ReadPlainPage(field.bytes);
      default:
        return false;
    }
  });
}

bool WireResult::ReadPlainPage(std::string_view bytes) {
  using Wire = v1::Page;
  constexpr uint32_t kTransactions = FieldBits(Wire::kTransactionsFieldNumber);
  return ReadPlainMessage(bytes, kTransactions, kTransactions, [&](const WireReader::Field& field) {
    switch (field.number) {
      case Wire::kTransactionsFieldNumber:
        return ReadPlainTransaction(field.bytes, page.emplace_back());
      case Wire::kTotalFieldNumber:
        return page_total = static_cast<int64_t>(field.value), true;
      case Wire::kNextFieldNumber:
        return page_next = static_cast<int64_t>(field.value), true;
      default:
        return false;
    }
  });
}

void WireResult::Take(const v1::Result& message) {
  rest = &message;
  if (message.has_error()) {
    code = CodeOf(message.error());
    field = message.error().field();
    error_message = message.error().message();
  }
  position = message.position();
  if (message.has_transaction()) transaction = ToWire(message.transaction());
  if (message.has_balance()) balance = ToWire(message.balance());
  for (const v1::Transaction& each : message.page().transactions()) page.push_back(ToWire(each));
  page_total = message.page().total();
  if (message.page().has_next()) page_next = message.page().next();
}

}  // namespace wallet::client
