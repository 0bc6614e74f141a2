#include "engine/bank/bank_text.h"

#include <algorithm>

#include "engine/utf8.h"

namespace wallet {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::string_view Cut(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && IsContinuation(text[max_bytes])) --max_bytes;
  return text.substr(0, max_bytes);
}

}  // namespace

std::string BankText(std::string_view text, size_t max_bytes) {
  const std::string_view cut = Cut(text, max_bytes);
  if (IsPlainUtf8(cut)) return std::string(cut);
  std::string clean(text.substr(0, max_bytes));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return clean;
}

}  // namespace wallet
