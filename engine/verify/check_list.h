// Where checks write what they find.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/verify/verify_report.h"
#include "wal/base/clock.h"

namespace wallet {

// About 10 times a second at most: how far the check is.
using VerifyProgress = std::function<void(const CheckResult& check, uint64_t done, uint64_t total)>;

class CheckList;

// One row of the report. One thread.
class Check {
 public:
  Check(CheckList& list, std::string name, std::string what, std::string unit)
      : list_(list),
        result_{.name = std::move(name), .what = std::move(what), .unit = std::move(unit)} {}
  Check(const Check&) = delete;

  void Count(uint64_t more = 1) { result_.count += more; }
  void Differ(std::string sentence);
  // An error is a difference: what can't be read is not what was written.
  void Differ(const absl::Status& status) { Differ(std::string(status.message())); }
  bool Holds(const absl::Status& status) {
    if (!status.ok()) Differ(status);
    return status.ok();
  }
  void Skip(std::string_view why);
  void Progress(uint64_t done, uint64_t total);

  bool ok() const { return result_.outcome == CheckOutcome::kOk; }
  const CheckResult& result() const { return result_; }

 private:
  friend class CheckList;
  CheckList& list_;
  CheckResult result_;
};

// The report as it grows, and the time that each row takes. One thread.
class CheckList {
 public:
  CheckList(const Clock& clock, VerifyProgress progress)
      : clock_(clock), progress_(std::move(progress)) {}

  // Lives as long as the list.
  Check& Add(std::string name, std::string what, std::string unit);

  // The time from now on, until this is gone, is that check's; then it is the one's before again.
  class Timed {
   public:
    Timed(CheckList& list, Check& check) : list_(list), before_(list.Switch(&check)) {}
    ~Timed() { list_.Switch(before_); }
    Timed(const Timed&) = delete;

   private:
    CheckList& list_;
    Check* const before_;
  };

  VerifyReport Finish() const;

 private:
  friend class Check;
  Check* Switch(Check* check);
  void Show(const Check& check, uint64_t done, uint64_t total);

  const Clock& clock_;
  const VerifyProgress progress_;
  std::deque<Check> checks_;
  Check* timed_ = nullptr;
  int64_t since_us_ = 0;
  int64_t shown_us_ = 0;
};

}  // namespace wallet
