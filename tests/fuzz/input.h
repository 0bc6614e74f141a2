// Takes an input of the fuzzer apart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Declared here so that the ordinary build, which gives it a name per target, agrees with
// libFuzzer.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace wallet::fuzz {

inline std::string_view View(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What decides how the rest is read comes first, so that the fuzzer may change the length of the
// rest without changing its meaning.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(View(data, size)) {}

  // Little-endian; bytes that are not there are zero.
  template <class T>
  T Number() {
    T value{};
    const std::string_view bytes = Take(sizeof(T));
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  uint8_t Byte() { return Number<uint8_t>(); }

  // Fewer where the input ends.
  std::string_view Take(size_t most) {
    const std::string_view bytes = rest_.substr(0, most);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  // Up to the separator, which is taken too, or all.
  std::string_view TakeUntil(char separator) {
    const std::string_view bytes = Take(std::min(rest_.find(separator), rest_.size()));
    Take(1);
    return bytes;
  }
  bool empty() const { return rest_.empty(); }
  std::string_view Rest() { return Take(rest_.size()); }

 private:
  std::string_view rest_;
};

}  // namespace wallet::fuzz
