#include "engine/verify/check_list.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

constexpr int64_t kShowEveryUs = 100'000;

}  // namespace

const char* ToString(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::kOk:
      return "ok";
    case CheckOutcome::kDifferent:
      return "DIFFERENT";
    case CheckOutcome::kNotChecked:
      return "not checked";
  }
  return "";
}

void Check::Differ(std::string sentence) {
  result_.outcome = CheckOutcome::kDifferent;
  ++result_.difference_count;
  if (result_.differences.size() < kMaxKeptDifferences) {
    result_.differences.push_back(std::move(sentence));
  }
}

void Check::Skip(std::string_view why) {
  if (result_.outcome == CheckOutcome::kOk) result_.outcome = CheckOutcome::kNotChecked;
  absl::StrAppend(&result_.what, ": ", ToAbsl(why));
}

void Check::Progress(uint64_t done, uint64_t total) { list_.Show(*this, done, total); }

Check& CheckList::Add(std::string name, std::string what, std::string unit) {
  return checks_.emplace_back(*this, std::move(name), std::move(what), std::move(unit));
}

Check* CheckList::Switch(Check* check) {
  const int64_t now = clock_.SteadyMicros();
  if (timed_) timed_->result_.elapsed_us += now - since_us_;
  since_us_ = now;
  return std::exchange(timed_, check);
}

void CheckList::Show(const Check& check, uint64_t done, uint64_t total) {
  const int64_t now = clock_.SteadyMicros();
  if (!progress_ || now - shown_us_ < kShowEveryUs) return;
  shown_us_ = now;
  progress_(check.result_, done, total);
}

VerifyReport CheckList::Finish() const {
  VerifyReport report;
  for (const Check& check : checks_) report.checks.push_back(check.result_);
  return report;
}

}  // namespace wallet
