// From an HTTP request to what it asks for. A pure function of bytes.
#pragma once

#include <string_view>
#include <variant>

#include "engine/request.h"
#include "net/http/fields.h"

namespace wallet {

struct HttpRequestView {
  std::string_view method;        // "GET"
  std::string_view target;        // "/balance?user_id=1"
  std::string_view content_type;  // empty when there is none
  std::string_view body;
};

// What kind of answer is wanted.
enum class CallKind : uint8_t {
  kCharge,
  kWithdraw,
  kBalance,
  kTransaction,
  kTransactions,
  kWithdrawals,
  kResolve,
  kHealth,
};

struct Call {
  CallKind kind = CallKind::kHealth;
  Fields fields;        // what the operation's texts point into
  Operation operation;  // unused by kHealth
  std::optional<Refusal> refusal;
  std::string_view allow;  // with method_not_allowed: the method that is
};

// Fills `call`, whose address must stay the same as long as its operation is used.
void ReadCall(const HttpRequestView& request, Currency default_currency, Call& call);

}  // namespace wallet
