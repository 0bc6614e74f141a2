// What a snapshot says of itself.
#include "engine/snapshot_metadata.h"

#include "engine/limits.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

void CheckRanges(const SnapshotMetadata& metadata) {
  WALLET_CHECK(!metadata.sections.empty());
  WALLET_CHECK(metadata.sections.size() <= static_cast<size_t>(kMaxShards));
  WALLET_CHECK(Epoch::Parse(metadata.epoch.ToString()) == metadata.epoch);
  WALLET_CHECK(metadata.default_currency != Currency());
  for (const Instant instant : {metadata.last_stamp, metadata.created_at}) {
    WALLET_CHECK(instant >= kMinInstant && instant <= kMaxInstant);
  }
  Digest total;
  for (const SectionFacts& section : metadata.sections) {
    WALLET_CHECK(section.accounts >= 0 && section.open_withdrawals >= 0);
    total += section.digest;
  }
  WALLET_CHECK(TotalDigest(metadata) == total);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view bytes = fuzz::View(data, size);
  const auto metadata = DecodeSnapshotMetadata(bytes, "snapshot");
  if (!metadata.ok()) {
    WALLET_CHECK(absl::IsDataLoss(metadata.status()) || absl::IsUnimplemented(metadata.status()));
    return 0;
  }
  CheckRanges(*metadata);
  WALLET_CHECK_NOTE(EncodeSnapshotMetadata(*metadata) == bytes, "one metadata has one encoding");
  WALLET_CHECK(!DecodeSnapshotMetadata(bytes.substr(0, size - 1), "snapshot").ok());
  return 0;
}
