#include "wal/base/instant.h"

#include <chrono>

#include "absl/time/civil_time.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr int kFractionDigits = 6;
constexpr int64_t kSecondsPerDay = 86'400;

// Takes fixed pieces off the front of a text; after the first mismatch it only fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Exactly `digits` decimal digits.
  int Number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!AtDigit()) return ok_ = false, 0;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  bool Take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void Expect(char wanted, char or_else) { ok_ = (Take(wanted) || Take(or_else)) && ok_; }
  void Expect(char wanted) { Expect(wanted, wanted); }

  // After a '.': 1 … kFractionDigits digits, as microseconds.
  int64_t Fraction() {
    int64_t micros = 0;
    int digits = 0;
    for (; AtDigit() && digits < kFractionDigits; ++digits) micros = micros * 10 + Number(1);
    while (WALLET_MUTANT("fraction_truncated") && AtDigit()) Number(1);
    if (digits == 0) ok_ = false;
    for (; digits < kFractionDigits; ++digits) micros *= 10;
    return micros;
  }

  void Require(bool condition) { ok_ = ok_ && condition; }
  bool AtEnd() const { return ok_ && text_.empty(); }

 private:
  bool AtDigit() const { return !text_.empty() && '0' <= text_.front() && text_.front() <= '9'; }

  std::string_view text_;
  bool ok_ = true;
};

// Seconds east of UTC.
int64_t Offset(Scanner& scan) {
  if (scan.Take('Z') || scan.Take('z')) return 0;
  const bool west = scan.Take('-');
  if (!west) scan.Expect('+');
  const int hours = scan.Number(2);
  scan.Expect(':');
  const int minutes = scan.Number(2);
  scan.Require(hours <= 23 && minutes <= 59);
  return (west ? -1 : 1) * (hours * 3600 + minutes * 60);
}

// `value` in so many decimal digits, which hold it.
void PutDigits(char* out, int digits, uint32_t value) {
  for (char* at = out + digits; at != out; value /= 10) *--at = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<Instant> ParseRfc3339(std::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4);
  scan.Expect('-');
  const int month = scan.Number(2);
  scan.Expect('-');
  const int day = scan.Number(2);
  scan.Expect('T', 't');
  const int hour = scan.Number(2);
  scan.Expect(':');
  const int minute = scan.Number(2);
  scan.Expect(':');
  const int second = scan.Number(2);
  const int64_t micros = scan.Take('.') ? scan.Fraction() : 0;
  const int64_t offset_s = Offset(scan);
  if (!scan.AtEnd()) return std::nullopt;

  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // CivilSecond carries 31 April over into May, and 60 seconds into a minute; RFC 3339 does not.
  if (civil.month() != month || civil.day() != day || civil.hour() != hour ||
      civil.minute() != minute) {
    return std::nullopt;
  }
  const int64_t seconds = (civil - absl::CivilSecond(1970)) - offset_s;
  const Instant instant(seconds * kMicrosPerSecond + micros);
  if (instant < kMinInstant || instant > kMaxInstant) return std::nullopt;
  return instant;
}

// Every answer in JSON says two or three instants: printf and civil time took a fourth of its
// making.
std::string FormatRfc3339(Instant instant) {
  WALLET_CHECK(instant >= kMinInstant && instant <= kMaxInstant);
  static_assert(kMinInstant.value() >= 0);
  const int64_t seconds = instant.value() / kMicrosPerSecond;
  const auto micros = static_cast<uint32_t>(instant.value() % kMicrosPerSecond);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(seconds / kSecondsPerDay))};
  const auto second = static_cast<uint32_t>(seconds % kSecondsPerDay);
  char text[] = "0000-00-00T00:00:00.000000Z";
  PutDigits(text, 4, static_cast<uint32_t>(static_cast<int>(date.year())));
  PutDigits(text + 5, 2, static_cast<unsigned>(date.month()));
  PutDigits(text + 8, 2, static_cast<unsigned>(date.day()));
  PutDigits(text + 11, 2, second / 3600);
  PutDigits(text + 14, 2, second / 60 % 60);
  PutDigits(text + 17, 2, second % 60);
  if (micros == 0) return std::string(text, 19) + 'Z';
  PutDigits(text + 20, kFractionDigits, micros);
  return text;
}

}  // namespace wallet
