// Integers and byte strings to bytes and back, for everything stored on disk.
//
// Fixed-width numbers are little-endian; varints are LEB128 (7 bits a byte, low first), as Protobuf
// writes them. A Reader never reads past its end: the first failed read makes it and every later
// read fail, so that a decoder checks ok() once at its end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace wallet {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

template <class T>
void PutFixed(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

inline constexpr size_t kMaxVarintBytes = 10;

// Writes at `out`, which has room for kMaxVarintBytes; returns where it ends.
inline char* PutVarint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

inline void PutVarint(std::string& out, uint64_t value) {
  char buffer[kMaxVarintBytes];
  out.append(buffer, static_cast<size_t>(PutVarint(buffer, value) - buffer));
}

// A varint length, then the bytes.
inline void PutBytes(std::string& out, std::string_view bytes) {
  PutVarint(out, bytes.size());
  out.append(bytes);
}

// Signed numbers near zero as small unsigned ones: 0, -1, 1, -2 … → 0, 1, 2, 3 …
constexpr uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T Fixed() {
    T value{};
    if (bytes_.size() < sizeof(T)) return Fail(), value;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }

  // Refuses more than 64 bits and encodings longer than needed: one number has one encoding.
  uint64_t Varint() {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes_.size() && i < 10; ++i) {
      const uint8_t byte = static_cast<uint8_t>(bytes_[i]);
      value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte >= 0x80) continue;
      if ((i == 9 && byte > 1) || (i > 0 && byte == 0)) break;
      bytes_.remove_prefix(i + 1);
      return value;
    }
    return Fail(), 0;
  }

  // A view into the bytes given; valid as long as they are.
  std::string_view Bytes() { return Raw(Varint()); }

  std::string_view Raw(uint64_t size) {
    if (bytes_.size() < size) return Fail(), std::string_view();
    const std::string_view raw = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return raw;
  }

  // An array of bytes, as a hash is one; zeros when they are not all there.
  template <class ByteArray>
  ByteArray Array() {
    ByteArray array{};
    // Not memcpy: of what is cut off there are no bytes to point to.
    Raw(array.size()).copy(reinterpret_cast<char*>(array.data()), array.size());
    return array;
  }

  void Fail() {
    ok_ = false;
    bytes_ = {};
  }

  bool ok() const { return ok_; }
  size_t remaining() const { return bytes_.size(); }
  bool AtEnd() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace wallet
