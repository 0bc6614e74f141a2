// A text as clients and banks may send it. Protobuf's own judge of UTF-8 is held against ours.
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>

#include "engine/bank/bank_text.h"
#include "engine/ledger/limits.h"
#include "engine/utf8.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// U+0000 … U+001F, U+007F … U+009F, in a text that is UTF-8.
bool HasControls(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool IsUtf8(std::string_view text) {
  using google::protobuf::internal::WireFormatLite;
  return WireFormatLite::VerifyUtf8String(text.data(), static_cast<int>(text.size()),
                                          WireFormatLite::PARSE, nullptr);
}

void CheckBankText(std::string_view text, size_t most) {
  const std::string kept = BankText(text, most);
  WALLET_CHECK(kept.size() <= most && kept.size() <= text.size());
  WALLET_CHECK(IsPlainUtf8(kept));
  WALLET_CHECK_NOTE(BankText(kept, most) == kept, "what was kept stays");
  if (!IsPlainUtf8(text)) return;
  WALLET_CHECK(text.starts_with(kept));
  WALLET_CHECK_NOTE(kept.size() + 3 >= std::min(text.size(), most), "a character is cut at most");
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view text = fuzz::View(data, size);
  CheckBankText(text, kMaxFailureCodeBytes);
  CheckBankText(text, size % 8);
  static const google::protobuf::LogSilencer silence;
  const bool plain = IsUtf8(text) && !HasControls(text);
  WALLET_CHECK(IsPlainUtf8(text) == plain);
  return 0;
}
