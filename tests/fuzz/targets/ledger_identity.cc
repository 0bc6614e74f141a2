// u8 how, then the file LEDGER: as it is (0), or all but its checksum.
#include "absl/strings/str_cat.h"
#include "engine/directory.h"
#include "tests/fuzz/input.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

std::string Sealed(std::string_view text) {
  return absl::StrCat(ToAbsl(text), "checksum ", absl::Hex(Xxh3(text), absl::kZeroPad16), "\n");
}

void CheckDamageIsFound(std::string bytes, size_t at) {
  bytes[at % bytes.size()] ^= 1;
  WALLET_CHECK(!DecodeIdentity(bytes).ok());
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  const std::string bytes = how == 0 ? std::string(input.Rest()) : Sealed(input.Rest());
  const auto identity = DecodeIdentity(bytes);
  if (!identity.ok()) {
    WALLET_CHECK(absl::IsDataLoss(identity.status()) || absl::IsUnimplemented(identity.status()));
    return 0;
  }
  WALLET_CHECK(identity->default_currency != Currency() && !identity->chain_seed.empty());
  const std::string again = EncodeIdentity(*identity);
  WALLET_CHECK_NOTE(again == bytes, "one identity has one form");
  CheckDamageIsFound(again, how);
  return 0;
}
