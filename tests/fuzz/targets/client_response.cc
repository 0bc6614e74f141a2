// The body of a Response frame, as the client reads it.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <array>

#include "net/client/codec.h"
#include "net/client/wire_response.h"
#include "net/proto/position_token.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet::client {
namespace {

constexpr std::string_view kEpoch = "k3v7qm2a";

// A refusal must never look like a success, whatever number a server gives it.
void CheckAnswer(const v1::Result& result, const Answer& answer) {
  WALLET_CHECK(answer.ok() == !result.has_error());
  WALLET_CHECK(answer.message == result.error().message());
  WALLET_CHECK(!ToString(answer.code).empty());
}

void CheckPosition(const v1::Result& result, const Answer& answer) {
  WALLET_CHECK(answer.position.empty() == (result.position() == 0));
  if (answer.position.empty()) return;
  WALLET_CHECK(ParsePositionToken(answer.position) ==
               (PositionToken{kEpoch, Position(result.position())}));
}

void CheckTransaction(const v1::Transaction& wire, const Transaction& transaction) {
  constexpr std::array<std::string_view, 3> kStatuses = {"pending", "completed", "failed"};
  WALLET_CHECK(std::count(kStatuses.begin(), kStatuses.end(), transaction.status) == 1);
  WALLET_CHECK(transaction.id == wire.id() && transaction.amount == wire.amount());
  WALLET_CHECK(transaction.idempotency_key == wire.idempotency_key());
  WALLET_CHECK(transaction.release_at.has_value() == wire.has_release_at());
  WALLET_CHECK(transaction.description.has_value() == wire.has_description());
  WALLET_CHECK(transaction.reference.empty() == wire.epoch().empty());
}

template <class AnswerType>
AnswerType Decoded(const WireResult& wire) {
  AnswerType answer;
  Decode(wire, kEpoch, answer);
  return answer;
}

template <class AnswerType>
void CheckWithTransaction(const v1::Result& result, const AnswerType& answer) {
  CheckAnswer(result, answer);
  CheckPosition(result, answer);
  WALLET_CHECK(answer.transaction.has_value() == result.has_transaction());
  if (answer.transaction) CheckTransaction(result.transaction(), *answer.transaction);
}

void CheckPage(const v1::Result& result, const WireResult& wire) {
  const auto page = Decoded<PageAnswer>(wire);
  CheckAnswer(result, page);
  CheckPosition(result, page);
  WALLET_CHECK(page.next.has_value() == result.page().has_next());
  WALLET_CHECK(page.transactions.size() == static_cast<size_t>(result.page().transactions_size()));
  for (size_t i = 0; i < page.transactions.size(); ++i) {
    CheckTransaction(result.page().transactions(static_cast<int>(i)), page.transactions[i]);
  }
}

// `result` is what Protobuf makes of the same bytes.
void CheckResult(const v1::Result& result, const WireResult& wire) {
  CheckWithTransaction(result, Decoded<WriteAnswer>(wire));
  CheckWithTransaction(result, Decoded<TransactionAnswer>(wire));
  CheckPage(result, wire);
  const auto balance = Decoded<BalanceAnswer>(wire);
  CheckAnswer(result, balance);
  WALLET_CHECK(balance.balance.total == result.balance().total());
  const auto health = Decoded<HealthAnswer>(wire);
  CheckAnswer(result, health);
  WALLET_CHECK(health.status == result.health().status());
}

void CheckBody(std::string_view body) {
  v1::Response response;
  const bool readable = response.ParseFromArray(body.data(), static_cast<int>(body.size()));
  const auto wire = WireResponse::Of(body);
  if (readable) {
    WALLET_CHECK(wire && wire->results() == static_cast<size_t>(response.results_size()) &&
                 wire->more() == response.more());
  }
  if (!wire) return;
  int number = 0;
  wire->ForEachResult([&](std::string_view bytes) {
    google::protobuf::Arena arena;
    WireResult result;
    const bool read = result.Read(bytes, arena);
    if (readable) {
      WALLET_CHECK(read);
      CheckResult(response.results(number++), result);
    }
    return read;
  });
}

}  // namespace
}  // namespace wallet::client

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const google::protobuf::LogSilencer silence;
  wallet::client::CheckBody({reinterpret_cast<const char*>(data), size});
  return 0;
}
