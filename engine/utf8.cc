#include "engine/utf8.h"

#include <cstdint>

namespace wallet {
namespace {

struct Form {
  int continuation_bytes;
  uint32_t first_bits;
  uint32_t smallest;  // smaller values have a shorter form
};

// continuation_bytes < 0: not the start of a character.
Form FormOf(uint8_t byte) {
  if (byte < 0x80) return {0, byte, 0};
  if (byte < 0xc0) return {-1, 0, 0};
  if (byte < 0xe0) return {1, byte & 0x1fu, 0x80};
  if (byte < 0xf0) return {2, byte & 0x0fu, 0x800};
  if (byte < 0xf8) return {3, byte & 0x07u, 0x10000};
  return {-1, 0, 0};
}

bool IsPlain(uint32_t character) {
  const bool control = character < 0x20 || (0x7f <= character && character <= 0x9f);
  const bool surrogate = 0xd800 <= character && character <= 0xdfff;
  return !control && !surrogate && character <= 0x10ffff;
}

}  // namespace

bool IsPlainUtf8(std::string_view text) {
  while (!text.empty()) {
    const Form form = FormOf(static_cast<uint8_t>(text.front()));
    text.remove_prefix(1);
    if (form.continuation_bytes < 0) return false;
    if (text.size() < static_cast<size_t>(form.continuation_bytes)) return false;
    uint32_t character = form.first_bits;
    for (int i = 0; i < form.continuation_bytes; ++i, text.remove_prefix(1)) {
      const uint8_t byte = static_cast<uint8_t>(text.front());
      if ((byte & 0xc0) != 0x80) return false;
      character = character << 6 | (byte & 0x3f);
    }
    if (character < form.smallest || !IsPlain(character)) return false;
  }
  return true;
}

}  // namespace wallet
