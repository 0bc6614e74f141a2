#include "tests/fuzz/operations.h"

#include "absl/strings/str_cat.h"
#include "engine/ledger/event.h"
#include "engine/utf8.h"
#include "net/codec.h"
#include "net/position_token.h"
#include "tests/fuzz/resay.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"

namespace wallet::fuzz {
namespace {

const Currency kOtherCurrency = *Currency::Parse("JPY");

// With its size in front, so that no two lists of texts look alike.
std::string Quoted(const std::optional<std::string_view>& text) {
  return text ? absl::StrCat(text->size(), "\"", ToAbsl(*text), "\"") : "none";
}
std::string Said(const std::optional<Instant>& at) {
  return at ? absl::StrCat(at->value()) : "none";
}

std::string Words(const Charge& charge) {
  return absl::StrCat("charge ", charge.user.value(), " ", charge.currency.ToString(), " ",
                      charge.amount.value(), " ", Quoted(charge.key), " ", Said(charge.release_at),
                      " ", Quoted(charge.description));
}
std::string Words(const Withdraw& withdraw) {
  return absl::StrCat("withdraw ", withdraw.user.value(), " ", withdraw.currency.ToString(), " ",
                      withdraw.amount.value(), " ", Quoted(withdraw.key), " ",
                      Quoted(withdraw.destination), " ", Quoted(withdraw.description));
}
std::string Words(const ReadBalance& read) {
  return absl::StrCat("balance ", read.user.value(), " ", read.currency.ToString(), " ",
                      Said(read.at), " ", read.schedule);
}
std::string Words(const ReadTransaction& read) {
  return absl::StrCat("transaction ", read.user.value(), " ",
                      read.id ? absl::StrCat(read.id->value()) : Quoted(read.key));
}
std::string Words(const ListTransactions& list) {
  const int64_t from = list.order == ListOrder::kPage ? list.page : list.from.value();
  return absl::StrCat("transactions ", list.user.value(), " ",
                      list.currency ? list.currency->ToString() : "all", " ",
                      static_cast<int>(list.order), " ", from, " ", list.limit);
}
std::string Words(const ListWithdrawals& list) {
  return absl::StrCat("withdrawals ", list.user ? list.user->value() : 0, " ",
                      list.substatus ? ToAbsl(ToString(*list.substatus)) : "all", " ", list.limit);
}
std::string Words(const Advance& advance) {
  return absl::StrCat("advance ", advance.user.value(), " ", advance.id.value(), " ",
                      ToAbsl(ToString(advance.step)), " ", Quoted(advance.message));
}

std::string Words(const ListChanges& list) {
  return absl::StrCat(
      "changes ", list.after ? FormatPositionToken(list.after->epoch, list.after->position) : "",
      " ", list.limit);
}

void CheckText(std::string_view text, size_t most) {
  WALLET_CHECK(text.size() <= most && IsPlainUtf8(text));
}
void CheckKey(std::string_view key) {
  WALLET_CHECK(!key.empty());
  CheckText(key, kMaxKeyBytes);
}

void CheckFits(const Event& event) {
  std::string bytes;
  EncodeEvent(event, event.at, bytes);
  WALLET_CHECK(bytes.size() <= kMaxEventBytes);
  Reader reader(bytes);
  WALLET_CHECK(DecodeEvent(reader, event.at) == event && reader.AtEnd());
}

template <class Write>
Event CreatedBy(const Write& write, EventType type) {
  Event event;
  event.type = type;
  event.user = write.user;
  event.id = TransactionId(INT64_MAX);
  event.at = kMaxInstant;
  event.currency = write.currency;
  event.amount = write.amount;
  event.key = write.key;
  event.description = write.description;
  return event;
}

template <class Write>
void CheckWrite(const Write& write) {
  WALLET_CHECK(write.user.value() > 0 && write.amount > kNoAmount);
  WALLET_CHECK(write.currency != Currency());
  CheckKey(write.key);
  if (write.description) CheckText(*write.description, kMaxDescriptionBytes);
}

void Check(const Charge& charge) {
  CheckWrite(charge);
  if (charge.release_at) {
    WALLET_CHECK(*charge.release_at >= kMinInstant && *charge.release_at <= kMaxInstant);
  }
  Event event = CreatedBy(charge, EventType::kCharged);
  event.release_at = charge.release_at;
  CheckFits(event);
}

void Check(const Withdraw& withdraw) {
  CheckWrite(withdraw);
  if (withdraw.destination) CheckText(*withdraw.destination, kMaxDestinationBytes);
  Event event = CreatedBy(withdraw, EventType::kWithdrawalRequested);
  event.destination = withdraw.destination;
  event.epoch = Epoch(UINT64_MAX);
  CheckFits(event);
}

void Check(const ReadBalance& read) {
  WALLET_CHECK(read.user.value() > 0 && read.currency != Currency());
  WALLET_CHECK(!read.at || (*read.at >= kMinInstant && *read.at <= kMaxInstant));
  WALLET_CHECK(read.schedule >= 0 && read.schedule <= kMaxListLimit);
}

void Check(const ReadTransaction& read) {
  WALLET_CHECK(read.user.value() > 0);
  if (!read.id) return CheckKey(read.key);
  WALLET_CHECK(read.id->value() > 0 && read.key.empty());
}

void Check(const ListTransactions& list) {
  WALLET_CHECK(list.user.value() > 0 && list.currency != Currency());
  WALLET_CHECK(list.page >= 1 && list.limit >= 1 && list.limit <= kMaxListLimit);
  WALLET_CHECK(list.from.value() >= (list.order == ListOrder::kBefore ? 1 : 0));
}

void Check(const ListWithdrawals& list) {
  WALLET_CHECK(!list.user || list.user->value() > 0);
  WALLET_CHECK(list.limit >= 1 && list.limit <= kMaxListLimit);
  WALLET_CHECK(!list.substatus || StatusOf(*list.substatus) == Status::kPending);
}

void Check(const Advance& advance) {
  WALLET_CHECK(advance.user.value() > 0 && advance.id.value() > 0);
  WALLET_CHECK(advance.step == BankStep::kResolvePaid || advance.step == BankStep::kResolveNotPaid);
  CheckText(advance.message, kMaxFailureMessageBytes);
}

void Check(const ListChanges& list) {
  WALLET_CHECK(list.limit >= 1 && list.limit <= kMaxListLimit);
}

void CheckSaidInBinary(const Operation& operation) {
  const std::string bytes = SayInBinary(operation);
  v1::Request request;
  WALLET_CHECK(request.ParseFromString(bytes) && request.operations_size() == 1);
  const Validated read = Decode(request.operations(0), kOtherCurrency);
  WALLET_CHECK(std::holds_alternative<Operation>(read));
  WALLET_CHECK(Describe(std::get<Operation>(read)) == Describe(operation));
}

void CheckSaidOverHttp(const Operation& operation) {
  const HttpSaying said = SayOverHttp(operation);
  const Call call = ReadCall(said.View(), kOtherCurrency);
  WALLET_CHECK_NOTE(!call.refusal, call.refusal->message);
  WALLET_CHECK(Describe(call.operation) == Describe(operation));
}

void CheckRefused(Outcome outcome, std::string_view field, std::string_view message) {
  WALLET_CHECK(outcome >= Outcome::kMalformedRequest && outcome <= Outcome::kUnknownField);
  WALLET_CHECK(!Code(outcome).empty() && !message.empty());
  WALLET_CHECK(IsPlainUtf8(field) && IsPlainUtf8(message));
}

}  // namespace

std::string Describe(const Operation& operation) {
  return std::visit([](const auto& asked) { return Words(asked); }, operation);
}

void CheckOperation(const Operation& operation) {
  std::visit([](const auto& asked) { Check(asked); }, operation);
  CheckSaidInBinary(operation);
  CheckSaidOverHttp(operation);
}

void CheckRefusal(const Refusal& refusal) {
  CheckRefused(refusal.outcome, refusal.field, refusal.message);
}

void CheckRefusal(const HttpRefusal& refusal) {
  CheckRefused(refusal.outcome, refusal.field, refusal.message);
}

}  // namespace wallet::fuzz
