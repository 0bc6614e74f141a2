// Protobuf's wire format, read field by field from the bytes where they lie.
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace wallet {

// Takes the plain case alone: numbers and delimited bytes, with tags of one byte. `failed` means
// that this is something else, not that it is wrong: Protobuf's own parser has the last word.
class WireReader {
 public:
  enum class Type : uint8_t { kVarint = 0, kDelimited = 2 };
  struct Field {
    int number = 0;
    uint64_t value = 0;      // of a number
    std::string_view bytes;  // of delimited ones
  };

  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  // The next field, which must be of this type if `types` says so; false at the end, or failed.
  bool Next(Field& field, uint32_t delimited_fields) {
    if (bytes_.empty() || failed_) return false;
    const uint8_t tag = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    field.number = tag >> 3;
    const bool delimited = (delimited_fields >> (field.number & 31) & 1) != 0;
    const Type type = delimited ? Type::kDelimited : Type::kVarint;
    if (tag >= 0x80 || field.number == 0 || (tag & 7) != static_cast<uint8_t>(type)) return Fail();
    if (!Varint(field.value)) return Fail();
    if (!delimited) return true;
    if (field.value > bytes_.size()) return Fail();
    field.bytes = bytes_.substr(0, field.value);
    bytes_.remove_prefix(field.value);
    return true;
  }

  bool failed() const { return failed_; }

 private:
  bool Fail() {
    failed_ = true;
    return false;
  }
  bool Varint(uint64_t& value) {
    value = 0;
    for (size_t i = 0; i < bytes_.size() && i < 9; ++i) {
      const uint8_t byte = static_cast<uint8_t>(bytes_[i]);
      value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte >= 0x80) continue;
      bytes_.remove_prefix(i + 1);
      return true;
    }
    return false;
  }

  std::string_view bytes_;
  bool failed_ = false;
};

// Fields as bits.
template <class... Numbers>
constexpr uint32_t FieldBits(Numbers... numbers) {
  return ((uint32_t{1} << numbers) | ...);
}

// Reads all of a message: `take(field)` says whether it knows the field. False where Protobuf must
// be asked: for what a WireReader does not read, what `take` does not know, and for a field that
// stands twice and is none of `repeated`.
template <class Take>
bool ReadPlainMessage(std::string_view bytes, uint32_t delimited, uint32_t repeated, Take take) {
  WireReader reader(bytes);
  uint32_t seen = 0;
  for (WireReader::Field field; reader.Next(field, delimited);) {
    const uint32_t bit = FieldBits(field.number);
    if ((std::exchange(seen, seen | bit) & bit & ~repeated) != 0 || !take(field)) return false;
  }
  return !reader.failed();
}

}  // namespace wallet
