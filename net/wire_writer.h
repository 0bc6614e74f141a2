// Protobuf's wire format, written field by field into a buffer of fixed size: several times cheaper
// than filling messages in order to serialise them.
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {

// As proto3 does, fields without presence are left out when they are zero or empty: the …IfAny
// calls. Fields are to be written in the order of their numbers. One thread.
class WireWriter {
 public:
  static constexpr size_t kCapacity = 4096;

  void Number(int field, uint64_t value) {
    Reserve(2 * kMaxVarintBytes);
    Tag(field, kVarint);
    at_ = PutVarint(at_, value);
  }
  void Number(int field, int64_t value) { Number(field, static_cast<uint64_t>(value)); }
  void NumberIfAny(int field, uint64_t value) {
    if (value != 0) Number(field, value);
  }
  void NumberIfAny(int field, int64_t value) { NumberIfAny(field, static_cast<uint64_t>(value)); }
  void SignedIfAny(int field, int64_t value) { NumberIfAny(field, ZigZag(value)); }

  void Bytes(int field, std::string_view bytes) {
    Reserve(2 * kMaxVarintBytes + bytes.size());
    Tag(field, kDelimited);
    at_ = PutVarint(at_, bytes.size());
    at_ += bytes.copy(at_, bytes.size());
  }
  void BytesIfAny(int field, std::string_view bytes) {
    if (!bytes.empty()) Bytes(field, bytes);
  }

  // A message within: what is written between the two calls. `Begin` returns what `End` takes.
  char* Begin(int field) {
    Reserve(2 * kMaxVarintBytes);
    Tag(field, kDelimited);
    return at_++;  // nearly always its size takes one byte
  }
  void End(char* begun) {
    const size_t size = static_cast<size_t>(at_ - begun - 1);
    char size_bytes[kMaxVarintBytes];
    const size_t more = static_cast<size_t>(PutVarint(size_bytes, size) - size_bytes) - 1;
    if (more > 0) {
      Reserve(more);
      std::memmove(begun + 1 + more, begun + 1, size);
      at_ += more;
    }
    std::memcpy(begun, size_bytes, 1 + more);
  }

  std::string_view written() const { return {buffer_, static_cast<size_t>(at_ - buffer_)}; }

 private:
  enum Type : uint32_t { kVarint = 0, kDelimited = 2 };

  void Reserve(size_t bytes) {
    WALLET_CHECK(bytes <= kCapacity - static_cast<size_t>(at_ - buffer_));
  }
  void Tag(int field, Type type) { at_ = PutVarint(at_, static_cast<uint64_t>(field) << 3 | type); }

  char buffer_[kCapacity];
  char* at_ = buffer_;
};

}  // namespace wallet
