// Checks that stay on in release builds.
//
// A broken invariant in code that holds money must stop the process before it can be acknowledged
// or written: WALLET_CHECK prints where and why to standard error and aborts. It is for bugs only:
// bad input is an Outcome, a failing disk or peer is an absl::Status.
#pragma once

#include <string_view>

namespace wallet {

// Prints "CHECK failed: file:line: condition (note)" and aborts. Any thread.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view note);

}  // namespace wallet

#define WALLET_CHECK(condition) WALLET_CHECK_NOTE(condition, "")

// `note` is evaluated only when the check fails.
#define WALLET_CHECK_NOTE(condition, note)                           \
  do {                                                               \
    if (!(condition)) [[unlikely]]                                   \
      ::wallet::CheckFailed(__FILE__, __LINE__, #condition, (note)); \
  } while (false)
