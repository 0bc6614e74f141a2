// u8 how, then the manifest of a set of runs: as it is (0), or what stands between its beginning
// and its checksum.
#include "wal/runs/run_manifest.h"

#include <set>
#include <string>

#include "tests/fuzz/input.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/run_format.h"

namespace wallet {
namespace {

std::string Sealed(std::string_view body) {
  std::string bytes = EncodePreamble(kRunManifestFormat).append(body);
  PutFixed(bytes, Xxh3(bytes));
  return bytes;
}

void CheckNames(const RunManifest& manifest) {
  std::set<std::string> families;
  std::set<RunNumber> numbers;
  for (const RunFamilyInfo& family : manifest.families) {
    WALLET_CHECK(IsRunFamilyName(family.name) && families.insert(family.name).second);
    for (const RunInfo& run : family.runs) {
      WALLET_CHECK(run.number.value() < manifest.next_number);
      WALLET_CHECK(numbers.insert(run.number).second);
      WALLET_CHECK(IsRunFileName(RunFileName(family.name, run.number)));
    }
  }
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const bool as_it_is = input.Byte() == 0;
  const std::string bytes = as_it_is ? std::string(input.Rest()) : Sealed(input.Rest());
  const auto manifest = DecodeRunManifest(bytes, kRunManifestName);
  if (!manifest.ok()) {
    WALLET_CHECK(absl::IsDataLoss(manifest.status()) || absl::IsUnimplemented(manifest.status()));
    return 0;
  }
  WALLET_CHECK_NOTE(EncodeRunManifest(*manifest) == bytes, "one manifest has one encoding");
  CheckNames(*manifest);
  return 0;
}
