#include "engine/ledger/types.h"

#include <algorithm>
#include <array>

#include "wal/base/check.h"

namespace wallet {
namespace {

// ISO 4217, list one (active codes, funds and precious metals included), sorted.
constexpr std::string_view kCurrencies =
    "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHF"
    "CHWCLFCLPCNYCOPCOUCRCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNL"
    "HTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKD"
    "MMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWF"
    "SARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYU"
    "UYWUZSVEDVESVNDVUVWSTXAFXAGXAUXBAXBBXBCXBDXCDXCGXDRXOFXPDXPFXPTXSUXTSXUAXXXYERZARZMWZWG";
static_assert(kCurrencies.size() % 3 == 0);

// 5 bits a letter, A is 1; 0 when they are not three upper-case letters.
constexpr uint16_t BitsOf(std::string_view code) {
  if (code.size() != 3) return 0;
  uint16_t bits = 0;
  for (int i = 0; i < 3; ++i) {
    if (code[i] < 'A' || code[i] > 'Z') return 0;
    bits |= static_cast<uint16_t>((code[i] - 'A' + 1) << (5 * i));
  }
  return bits;
}

// By their bits: every event that is read asks once.
constexpr std::array<bool, size_t{1} << 15> kOnTheList = [] {
  std::array<bool, size_t{1} << 15> listed{};
  for (size_t at = 0; at < kCurrencies.size(); at += 3) {
    listed[BitsOf(kCurrencies.substr(at, 3))] = true;
  }
  return listed;
}();

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr int kEpochCharacters = 8;

}  // namespace

Amount Add(Amount a, Amount b) {
  const std::optional<Amount> sum = CheckedAdd(a, b);
  WALLET_CHECK(sum.has_value());
  return *sum;
}

Amount Subtract(Amount a, Amount b) {
  int64_t difference = 0;
  WALLET_CHECK(!__builtin_sub_overflow(a.value(), b.value(), &difference));
  return Amount(difference);
}

std::optional<Currency> Currency::Parse(std::string_view code) {
  const uint16_t bits = BitsOf(code);
  if (!kOnTheList[bits]) return std::nullopt;
  return Currency(bits);
}

std::optional<Currency> Currency::FromPacked(uint32_t packed) {
  if (packed >> 24 != 0) return std::nullopt;
  return Parse(std::string_view(reinterpret_cast<const char*>(&packed), 3));
}

std::string Currency::ToString() const {
  if (code_ == 0) return {};
  return {Letter(0), Letter(1), Letter(2)};
}

std::optional<Epoch> Epoch::Parse(std::string_view text) {
  if (text.size() != kEpochCharacters) return std::nullopt;
  uint64_t bits = 0;
  for (const char c : text) {
    const size_t digit = kBase32.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 5 | digit;
  }
  return Epoch(bits);
}

std::string Epoch::ToString() const {
  std::string text(kEpochCharacters, '\0');
  for (int i = 0; i < kEpochCharacters; ++i) {
    text[i] = kBase32[bits_ >> (5 * (kEpochCharacters - 1 - i)) & 31];
  }
  return text;
}

std::string Reference(Epoch epoch, UserId user, TransactionId id) {
  return "w-" + epoch.ToString() + "-" + std::to_string(user.value()) + "-" +
         std::to_string(id.value());
}

}  // namespace wallet
