// From an HTTP request to what it asks for. A pure function of bytes.
#pragma once

#include <cstdint>
#include <optional>
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
  kChanges,
  kResolve,
  kHealth,
};

// May be moved, not copied: the operation's texts point into the fields.
struct Call {
  CallKind kind = CallKind::kHealth;
  NamedFields fields;
  Operation operation;  // unused by kHealth
  std::optional<HttpRefusal> refusal;
  std::string_view allow;  // with method_not_allowed: the method that is
};

// Whether it may change anything.
constexpr bool IsWrite(CallKind kind) {
  return kind == CallKind::kCharge || kind == CallKind::kWithdraw || kind == CallKind::kResolve;
}

// When several things are wrong one of them is answered: what can't be read before what is not
// allowed; of several fields, whichever was looked at first.
Call ReadCall(const HttpRequestView& request, Currency default_currency);

}  // namespace wallet
