// What was found wrong.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "tests/simulation/trace.h"

namespace wallet::simulation {

struct Problem {
  Subject subject;
  std::string text;
};

// Keeps the first problem: what follows it may follow from it. The run ends after the step that
// reported it.
class Problems {
 public:
  void Report(Subject subject, std::string text) {
    if (!first_) first_ = Problem{subject, std::move(text)};
  }
  const std::optional<Problem>& first() const { return first_; }
  bool any() const { return first_.has_value(); }

 private:
  std::optional<Problem> first_;
};

}  // namespace wallet::simulation
