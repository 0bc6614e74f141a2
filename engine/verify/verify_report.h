// What was checked, and what came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wallet {

enum class CheckOutcome : uint8_t {
  kOk,
  kDifferent,
  kNotChecked,  // what it needs is missing or was found different before; `what` says so
};
// "ok", "DIFFERENT", "not checked".
const char* ToString(CheckOutcome outcome);

// More of one check are counted, not kept.
inline constexpr size_t kMaxKeptDifferences = 20;

struct CheckResult {
  std::string name;  // "log"
  std::string what;  // what was held against what, a phrase
  std::string unit;  // of count: "events"
  uint64_t count = 0;
  int64_t elapsed_us = 0;
  CheckOutcome outcome = CheckOutcome::kOk;
  uint64_t difference_count = 0;
  std::vector<std::string> differences;  // sentences, the first kMaxKeptDifferences
};

struct VerifyReport {
  std::vector<CheckResult> checks;

  // Whether any check found a difference. Where one could not be made because of another's, that
  // one did.
  bool clean() const {
    for (const CheckResult& check : checks) {
      if (check.outcome == CheckOutcome::kDifferent) return false;
    }
    return true;
  }
};

}  // namespace wallet
