#include "engine/backup/load_ledger.h"

#include "absl/strings/str_cat.h"
#include "engine/ledger/ledger_loader.h"

namespace wallet {

absl::Status LoadLedger(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                        Ledger& ledger, const std::atomic<bool>& cancelled) {
  const auto differs = [&] {
    return absl::DataLossError(
        absl::StrCat(reader.path(), ": what is in it is not what it says of itself"));
  };
  if (reader.sections().size() != metadata.sections.size()) return differs();
  LedgerLoader loader(
      {&ledger}, [](UserId) { return size_t{0}; }, metadata.sections.size());
  for (size_t i = 0; i < metadata.sections.size(); ++i) {
    const absl::Status status = reader.ReadSection(SectionNameOf(i), [&](std::string_view slice) {
      return cancelled ? absl::CancelledError("stopped on request") : loader.Add(i, slice);
    });
    if (!status.ok()) return status;
  }
  if (absl::Status status = loader.Finish(); !status.ok()) return status;
  return loader.digest() == TotalDigest(metadata) ? absl::OkStatus() : differs();
}

}  // namespace wallet
