// u16 a currency's code, u16 a size, ids of that size, then older ids under the same key. The whole
// is read as the index's metadata too.
#include <algorithm>

#include "engine/index/entry_format.h"
#include "engine/index/index_metadata.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using Ids = std::vector<TransactionId>;

void CheckIds(std::string_view bytes) {
  if (const auto id = DecodeId(bytes)) WALLET_CHECK(EncodeId(*id) == bytes);
  const auto ids = DecodeIds(bytes);
  if (!ids) return;
  WALLET_CHECK_NOTE(EncodeIds(*ids) == bytes, "ids have one encoding");
  WALLET_CHECK(!ids->empty() && ids->front() > TransactionId(0));
  WALLET_CHECK(std::is_sorted(ids->begin(), ids->end(), std::less_equal<TransactionId>()) ||
               ids->size() == 1);
}

bool HasAll(const Ids& all, const Ids& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

void CheckCombined(std::string_view newer, std::string_view older) {
  std::string bytes(newer);
  CombineIds({1, 1}, bytes, older);
  const auto left = DecodeIds(newer), right = DecodeIds(older), both = DecodeIds(bytes);
  if (!left || !right) {
    WALLET_CHECK_NOTE(!both, "what can't be joined is refused");
    return;
  }
  WALLET_CHECK(both && HasAll(*both, *left) && HasAll(*both, *right));
  WALLET_CHECK(both->size() <= left->size() + right->size());
}

void CheckCurrency(uint16_t code) {
  if (const auto currency = CurrencyOf(code)) WALLET_CHECK(CodeOf(*currency) == code);
}

void CheckMetadata(std::string_view bytes) {
  const auto metadata = DecodeIndexMetadata(bytes, "index");
  if (metadata.ok()) {
    WALLET_CHECK(EncodeIndexMetadata(*metadata) == bytes);
  } else {
    WALLET_CHECK(absl::IsDataLoss(metadata.status()) || absl::IsUnimplemented(metadata.status()));
  }
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  CheckMetadata(fuzz::View(data, size));
  fuzz::Input input(data, size);
  CheckCurrency(input.Number<uint16_t>());
  const std::string_view newer = input.Take(input.Number<uint16_t>());
  const std::string_view older = input.Rest();
  CheckIds(newer);
  CheckIds(older);
  CheckCombined(newer, older);
  return 0;
}
