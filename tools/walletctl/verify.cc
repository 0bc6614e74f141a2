#include "tools/walletctl/verify.h"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/verify/verify_directory.h"
#include "tools/walletctl/output.h"

namespace wallet {
namespace {

double Seconds(int64_t us) { return static_cast<double>(us) / kMicrosPerSecond; }

// To standard error: a line that is overwritten when that is a terminal, else a line every second.
class ProgressLine {
 public:
  void Show(const CheckResult& check, uint64_t done, uint64_t total) {
    const int64_t now = SystemClock().SteadyMicros();
    if (now < next_us_) return;
    next_us_ = now + (terminal_ ? kMicrosPerSecond / 10 : kMicrosPerSecond);
    const double share =
        total > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(total) : 0.0;
    const std::string line = absl::StrFormat("%s: %.0f %% (%.0f s)", check.name,
                                             std::min(share, 100.0), Seconds(now - begun_us_));
    std::fputs(terminal_ ? ("\r\x1b[K" + line).c_str() : (line + "\n").c_str(), stderr);
    std::fflush(stderr);
    shown_ = true;
  }
  ~ProgressLine() {
    if (terminal_ && shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  const int64_t begun_us_ = SystemClock().SteadyMicros();
  int64_t next_us_ = begun_us_ + kMicrosPerSecond;
  bool shown_ = false;
};

absl::StatusOr<VerifyReport> Verify(const VerifyArguments& arguments) {
  ProgressLine line;
  return VerifyDirectory(PosixFileSystem(), SystemClock(),
                         {.directory = arguments.directory, .archive = arguments.archive},
                         [&](const CheckResult& check, uint64_t done, uint64_t total) {
                           line.Show(check, done, total);
                         });
}

std::string DifferencesOf(const CheckResult& check) {
  std::string text;
  for (const std::string& sentence : check.differences) {
    absl::StrAppend(&text, check.name, ": ", sentence, "\n");
  }
  const uint64_t more = check.difference_count - check.differences.size();
  if (more > 0) absl::StrAppend(&text, check.name, ": and ", more, " more\n");
  return text;
}

boost::json::object ToJson(const CheckResult& check) {
  boost::json::array differences;
  for (const std::string& sentence : check.differences) differences.emplace_back(sentence);
  return {{"check", check.name},
          {"what", check.what},
          {"count", check.count},
          {"unit", check.unit},
          {"seconds", Seconds(check.elapsed_us)},
          {"result", ToString(check.outcome)},
          {"difference_count", check.difference_count},
          {"differences", std::move(differences)}};
}

}  // namespace

int DoVerify(const VerifyArguments& arguments) {
  const auto report = Verify(arguments);
  if (!report.ok()) {
    std::fprintf(stderr, "walletctl: %s\n", std::string(report.status().message()).c_str());
    return absl::IsUnavailable(report.status()) ? kInUse : kNothingToVerify;
  }
  const std::string text = arguments.json ? JsonOf(*report) + "\n" : TextOf(*report);
  std::fputs(text.c_str(), stdout);
  return report->clean() ? kVerified : kDifferent;
}

std::string TextOf(const VerifyReport& report) {
  std::vector<std::vector<std::string>> rows{{"check", "count", "of", "seconds", "result", "what"}};
  std::string differences;
  for (const CheckResult& check : report.checks) {
    rows.push_back({check.name, absl::StrCat(check.count), check.unit,
                    absl::StrFormat("%.2f", Seconds(check.elapsed_us)), ToString(check.outcome),
                    check.what});
    differences += DifferencesOf(check);
  }
  return absl::StrCat(Table(rows), differences,
                      report.clean() ? "verified: no difference\n" : "DIFFERENT: see above\n");
}

std::string JsonOf(const VerifyReport& report) {
  boost::json::array checks;
  for (const CheckResult& check : report.checks) checks.push_back(ToJson(check));
  return boost::json::serialize(
      boost::json::object{{"verified", report.clean()}, {"checks", std::move(checks)}});
}

}  // namespace wallet
