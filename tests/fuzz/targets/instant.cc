// u64 an instant to format, then a text to parse.
#include "wal/base/instant.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr size_t kOffsetBytes = std::string_view("+00:00").size();

// The form that FormatRfc3339 gives to a time written with Z.
std::string Canonical(std::string_view text) {
  std::string digits(text.substr(0, text.size() - 1));
  digits[10] = 'T';
  if (const size_t point = digits.find('.'); point != std::string::npos) {
    digits.resize(point + 7, '0');
    if (digits.ends_with(".000000")) digits.resize(point);
  }
  return digits + "Z";
}

int64_t OffsetMicros(std::string_view text) {
  const std::string_view offset = text.substr(text.size() - kOffsetBytes);
  const auto two = [&](size_t at) { return (offset[at] - '0') * 10 + (offset[at + 1] - '0'); };
  const int64_t minutes = two(1) * 60 + two(4);
  return (offset[0] == '-' ? -1 : 1) * minutes * 60 * kMicrosPerSecond;
}

void CheckParsed(std::string_view text, Instant instant) {
  WALLET_CHECK(instant >= kMinInstant && instant <= kMaxInstant);
  const std::string formatted = FormatRfc3339(instant);
  WALLET_CHECK(ParseRfc3339(formatted) == instant);
  if (text.ends_with('Z') || text.ends_with('z')) {
    WALLET_CHECK(formatted == Canonical(text));
    return;
  }
  const std::string local = std::string(text.substr(0, text.size() - kOffsetBytes)) + "Z";
  const auto there = ParseRfc3339(local);  // may lie outside the years that can be named
  if (there) WALLET_CHECK(instant.value() == there->value() - OffsetMicros(text));
}

void CheckFormatted(Instant instant) {
  const std::string text = FormatRfc3339(instant);
  WALLET_CHECK(text.size() == 20 || text.size() == 27);
  WALLET_CHECK(ParseRfc3339(text) == instant);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const auto micros = input.Number<uint64_t>();
  CheckFormatted(Instant(static_cast<int64_t>(micros % (kMaxInstant.value() + 1))));
  const std::string_view text = input.Rest();
  if (const auto instant = ParseRfc3339(text)) CheckParsed(text, *instant);
  return 0;
}
