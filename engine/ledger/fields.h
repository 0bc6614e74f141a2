// Reads the fields of stored bytes, each checked against its range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/ledger/types.h"
#include "wal/base/coding.h"

namespace wallet {

inline constexpr size_t kEpochBytes = 5;

// Numbers that must lie in [low, high] and texts of bounded size; the reader fails otherwise.
class Fields {
 public:
  explicit Fields(Reader& reader) : reader_(reader) {}

  int64_t Number(int64_t low, int64_t high) {
    const uint64_t value = reader_.Varint();
    if (value > static_cast<uint64_t>(high) || static_cast<int64_t>(value) < low) reader_.Fail();
    return reader_.ok() ? static_cast<int64_t>(value) : low;
  }
  int64_t Positive() { return Number(1, INT64_MAX); }

  std::string_view Text(size_t low, size_t high) {
    const std::string_view text = reader_.Bytes();
    if (text.size() < low || text.size() > high) reader_.Fail();
    return reader_.ok() ? text : std::string_view();
  }

  // A number of so many bytes, at most 8.
  uint64_t Fixed(size_t bytes) {
    uint64_t value = 0;
    const std::string_view raw = reader_.Raw(bytes);
    raw.copy(reinterpret_cast<char*>(&value), raw.size());
    return value;
  }

  // One in use.
  Currency ReadCurrency() {
    const auto currency = Currency::FromPacked(static_cast<uint32_t>(Fixed(kCurrencyBytes)));
    if (!currency) reader_.Fail();
    return currency.value_or(Currency());
  }

 private:
  Reader& reader_;
};

}  // namespace wallet
