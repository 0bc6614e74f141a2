#include "tools/walletd/flag_values.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

#include "engine/ledger/types.h"
#include "net/tcp_acceptor.h"
#include "wal/base/check.h"
#include "wal/base/instant.h"

namespace wallet {
namespace {

struct Unit {
  std::string_view name;
  int64_t micros;
};
constexpr Unit kUnits[] = {{"us", 1},
                           {"ms", 1'000},
                           {"s", kMicrosPerSecond},
                           {"m", 60 * kMicrosPerSecond},
                           {"h", 3'600 * kMicrosPerSecond}};

// A number that is all of `text`.
template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  const size_t unit_at = text.find_first_not_of("0123456789");
  const auto count = ParseNumber<int64_t>(text.substr(0, unit_at));
  if (!count || unit_at == std::string_view::npos) return std::nullopt;
  for (const Unit& unit : kUnits) {
    int64_t micros = 0;
    if (unit.name != text.substr(unit_at)) continue;
    if (__builtin_mul_overflow(*count, unit.micros, &micros)) return std::nullopt;
    return micros;
  }
  return std::nullopt;
}

CLI::Validator DurationBetween(std::string_view least, std::string_view most) {
  const auto least_us = ParseDuration(least), most_us = ParseDuration(most);
  WALLET_CHECK(least_us && most_us);
  return CLI::Validator(
      [=](std::string& text) {
        const auto micros = ParseDuration(text);
        if (micros && *least_us <= *micros && *micros <= *most_us) return std::string();
        return Quoted(text) + " is no duration from " + std::string(least) + " to " +
               std::string(most) + "; write a whole number with a unit: 250us, 50ms, 10s, 1m or 1h";
      },
      "DURATION");
}

CLI::Validator CurrencyOrEmpty() {
  return CLI::Validator(
      [](std::string& text) {
        if (text.empty() || Currency::Parse(text)) return std::string();
        return Quoted(text) + " is no ISO 4217 currency code in capital letters, such as USD";
      },
      "CCC");
}

CLI::Validator Probability() {
  return CLI::Validator(
      [](std::string& text) {
        const auto value = ParseNumber<double>(text);
        if (value && *value >= 0 && *value <= 1) return std::string();
        return Quoted(text) + " is no probability; write a number from 0 to 1, such as 0.05";
      },
      "P");
}

CLI::Validator DirectoryName() {
  return CLI::Validator(
      [](std::string& text) {
        if (!text.empty()) return std::string();
        return std::string("the name of a directory is wanted");
      },
      "DIR");
}

CLI::Validator Switch() {
  return CLI::Validator(
      [](std::string& text) {
        constexpr std::string_view kWords[] = {"true", "false", "on", "off",    "yes",
                                               "no",   "1",     "0",  "enable", "disable"};
        const std::string word = CLI::detail::to_lower(text);
        if (std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords)) {
          return std::string();
        }
        return Quoted(text) + " is neither true nor false";
      },
      "");
}

CLI::Validator ListenAddress() {
  return CLI::Validator(
      [](std::string& text) {
        // That a name is not known today is no error of usage.
        if (!absl::IsInvalidArgument(ResolveAddress(text).status())) return std::string();
        return Quoted(text) + " is no address; write HOST:PORT, such as 127.0.0.1:8080 or " +
               "[::1]:8080 (port 0 picks one)";
      },
      "ADDR:PORT");
}

}  // namespace wallet
