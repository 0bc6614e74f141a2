// One operation of a workload, before it has the form of a protocol.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wallet::bench {

enum class Kind : uint8_t { kCharge, kWithdraw, kBalance, kTransactions };
inline constexpr size_t kKinds = 4;
inline constexpr std::array<const char*, kKinds> kKindNames = {"charge", "withdraw", "balance",
                                                               "transactions"};

// The idempotency key of one write of one run: 7 characters of the run, 8 of the operation's
// number. 15 is the length of the contract's own example ("charge-2024-001"), and what a
// std::string holds without asking for memory.
class Key {
 public:
  static constexpr size_t kSize = 15;

  Key() = default;
  Key(uint64_t run_id, uint64_t number) {
    for (size_t i = 0; i < kSize; ++i) {
      uint64_t& from = i < kRunSize ? run_id : number;
      text_[i] = kDigits[from & 63];
      from >>= 6;
    }
  }
  std::string_view view() const { return {text_.data(), kSize}; }

 private:
  static constexpr size_t kRunSize = 7;
  static constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

  std::array<char, kSize> text_{};
};

struct Operation {
  Kind kind = Kind::kCharge;
  int64_t user_id = 0;
  int64_t amount = 0;         // of writes, in minor units
  int64_t release_at_us = 0;  // of charges, since 1970; 0: withdrawable at once
  Key key = {};               // of writes
};

}  // namespace wallet::bench
