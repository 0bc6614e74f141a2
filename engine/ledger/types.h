// The words of the ledger: strong types for who, what and how much.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wal/base/instant.h"
#include "wal/base/strong.h"

namespace wallet {

// 1 … 2^63−1.
using UserId = Strong<struct UserIdTag, int64_t>;

// A transaction's number within its user: 1, 2, 3 … without gaps, over all currencies.
using TransactionId = Strong<struct TransactionIdTag, int64_t>;

// Money in the currency's minor unit (cents).
using Amount = Strong<struct AmountTag, int64_t>;

inline constexpr Amount kNoAmount{0};

// nullopt when the sum does not fit 64 bits.
constexpr std::optional<Amount> CheckedAdd(Amount a, Amount b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a.value(), b.value(), &sum)) return std::nullopt;
  return Amount(sum);
}

// For sums that an invariant says must fit: aborts when they do not.
Amount Add(Amount a, Amount b);
Amount Subtract(Amount a, Amount b);

inline constexpr size_t kCurrencyBytes = 3;  // as text, and as it is stored

// An ISO 4217 code in use, e.g. USD.
class Currency {
 public:
  constexpr Currency() = default;  // none; only a "no currency named"

  // Three upper-case letters that are on the ISO 4217 list; nullopt otherwise.
  static std::optional<Currency> Parse(std::string_view code);

  // The letters packed as first + second·2^8 + third·2^16: how it is stored. 0 for none.
  constexpr uint32_t packed() const {
    if (code_ == 0) return 0;
    return static_cast<uint32_t>(Letter(0)) | static_cast<uint32_t>(Letter(1)) << 8 |
           static_cast<uint32_t>(Letter(2)) << 16;
  }
  static std::optional<Currency> FromPacked(uint32_t packed);

  std::string ToString() const;
  constexpr bool operator==(const Currency&) const = default;
  constexpr auto operator<=>(const Currency&) const = default;

  template <class H>
  friend H AbslHashValue(H state, Currency currency) {
    return H::combine(std::move(state), currency.code_);
  }

 private:
  constexpr explicit Currency(uint16_t code) : code_(code) {}
  constexpr char Letter(int index) const {
    return static_cast<char>('A' - 1 + (code_ >> (5 * index) & 31));
  }

  uint16_t code_ = 0;  // 5 bits a letter, A is 1
};

// The identity of one life of a ledger: 8 base32 characters (RFC 4648 alphabet in lower case, 40
// bits), made with the directory and anew by every restore. Part of every reference a bank sees.
class Epoch {
 public:
  constexpr Epoch() = default;
  constexpr explicit Epoch(uint64_t bits) : bits_(bits & ((uint64_t{1} << 40) - 1)) {}
  static std::optional<Epoch> Parse(std::string_view text);
  std::string ToString() const;
  constexpr uint64_t bits() const { return bits_; }
  constexpr bool operator==(const Epoch&) const = default;

 private:
  uint64_t bits_ = 0;
};

// `w-<epoch>-<user_id>-<id>`: the name of a withdrawal at the bank, the same on every attempt.
std::string Reference(Epoch epoch, UserId user, TransactionId id);

// An account at an instant. Always total = withdrawable + unreleased + held, each part ≥ 0.
struct Balance {
  Amount total;
  Amount withdrawable;
  Amount unreleased;
  Amount held;
  bool operator==(const Balance&) const = default;
};

// What becomes withdrawable at one instant.
struct Release {
  Instant release_at;
  Amount amount;
  bool operator==(const Release&) const = default;
};

}  // namespace wallet
