// Reading stored fields: whatever the bytes are, what comes out is in its range.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/ledger/types.h"
#include "wal/base/coding.h"
#include "wal/base/instant.h"

namespace wallet {

// As Reader: the first field that is not what it should be makes all later ones fail.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : reader_(bytes) {}

  uint8_t Byte() { return reader_.Fixed<uint8_t>(); }
  uint16_t Word() { return reader_.Fixed<uint16_t>(); }
  uint64_t Varint() { return reader_.Varint(); }

  // A varint within [low, high], low ≥ 0; `low` when it fails.
  int64_t Number(int64_t low, int64_t high) {
    const uint64_t value = reader_.Varint();
    if (value > static_cast<uint64_t>(high) || static_cast<int64_t>(value) < low) Fail();
    return ok() ? static_cast<int64_t>(value) : low;
  }

  // A text of low … high bytes.
  std::string_view Text(size_t low, size_t high) {
    const std::string_view text = reader_.Bytes();
    if (text.size() < low || text.size() > high) Fail();
    return ok() ? text : std::string_view();
  }

  // The low bytes of a number.
  uint64_t Fixed(size_t bytes) {
    uint64_t value = 0;
    const std::string_view raw = reader_.Raw(bytes);
    raw.copy(reinterpret_cast<char*>(&value), raw.size());
    return value;
  }

  // A signed distance from `base`.
  Instant InstantFrom(Instant base) { return Near(base, UnZigZag(Varint())); }

  // base + distance in microseconds, if that is an instant.
  Instant Near(Instant base, int64_t distance) {
    int64_t sum = 0;
    const bool overflow = __builtin_add_overflow(base.value(), distance, &sum);
    if (overflow || sum < kMinInstant.value() || sum > kMaxInstant.value()) Fail();
    return ok() ? Instant(sum) : kMinInstant;
  }

  void Fail() { reader_.Fail(); }
  bool ok() const { return reader_.ok(); }
  bool AtEnd() const { return reader_.AtEnd(); }

 private:
  Reader reader_;
};

}  // namespace wallet
