#include "engine/verify/snapshot_check.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/ledger/ledger_loader.h"
#include "snapshot/snapshot_reader.h"

namespace wallet {
namespace {

absl::Status NotAsSaid(const SnapshotReader& reader, std::string_view what) {
  return absl::DataLossError(absl::StrCat(reader.path(), ": what it holds is not what it says: ",
                                          absl::string_view(what.data(), what.size())));
}

absl::Status LoadSections(const SnapshotReader& reader, const SnapshotMetadata& metadata,
                          Ledger& ledger) {
  if (reader.sections().size() != metadata.sections.size()) {
    return NotAsSaid(reader, "it has another number of sections");
  }
  LedgerLoader loader(
      {&ledger}, [](UserId) { return size_t{0}; }, metadata.sections.size());
  int64_t accounts = 0, open = 0;
  for (size_t i = 0; i < metadata.sections.size(); ++i) {
    accounts += metadata.sections[i].accounts;
    open += metadata.sections[i].open_withdrawals;
    const absl::Status status = reader.ReadSection(
        SectionNameOf(i), [&](std::string_view slice) { return loader.Add(i, slice); });
    if (!status.ok()) return status;
  }
  if (absl::Status status = loader.Finish(); !status.ok()) return status;
  ledger.ForEachOpen([&](const OpenWithdrawal&) { --open; });
  if (loader.digest() != TotalDigest(metadata)) return NotAsSaid(reader, "its digest is another");
  if (loader.last_stamp() != metadata.last_stamp) {
    return NotAsSaid(reader, "its last stamp is another");
  }
  if (ledger.account_count() != accounts) return NotAsSaid(reader, "it has other accounts");
  if (open != 0) return NotAsSaid(reader, "it has other open withdrawals");
  if (!ledger.ConservationHolds()) return NotAsSaid(reader, "money is missing or too much");
  return absl::OkStatus();
}

absl::StatusOr<SnapshotMetadata> MetadataOf(const SnapshotReader& reader) {
  return DecodeSnapshotMetadata(reader.metadata(), reader.path());
}

// Where and of whom it was cut.
void CheckPlace(const SnapshotFile& file, const SnapshotMetadata& metadata,
                const Directory& directory, const LogFacts& facts, Check& check) {
  const uint64_t position = metadata.position.value();
  if (metadata.position != file.position) {
    check.Differ(absl::StrCat(file.path, " says that it was cut at position ", position));
  }
  if (metadata.default_currency != directory.identity().default_currency) {
    check.Differ(absl::StrCat(file.path, " is of a ledger whose default currency is ",
                              metadata.default_currency.ToString()));
  }
  if (!facts.log) return;
  if (metadata.position > facts.log->end()) {
    check.Differ(absl::StrCat(file.path, " was cut at position ", position,
                              ", but the log ends at ", facts.log->end().value()));
  } else if (metadata.position < facts.log->begin()) {
    check.Differ(absl::StrCat(file.path, " was cut at position ", position,
                              ", but the log begins only behind ", facts.log->begin().value()));
  } else {
    const auto hash = facts.hashes.find(metadata.position);
    if (hash != facts.hashes.end() && hash->second == metadata.chain_hash) return;
    check.Differ(absl::StrCat(
        file.path, " was cut behind another record than the log has at position ", position));
  }
}

std::optional<SnapshotFacts> CheckOne(FileSystem& files, const Directory& directory,
                                      const SnapshotFile& file, const LogFacts& log, Check& check) {
  const auto reader = SnapshotReader::Open(files, file.path);
  if (!check.Holds(reader.status())) return std::nullopt;
  const auto progress = [&](const Progress& at) {
    check.Progress(at.done_bytes, at.total_bytes);
    return true;
  };
  if (!check.Holds((*reader)->Verify(progress))) return std::nullopt;
  const auto metadata = MetadataOf(**reader);
  if (!check.Holds(metadata.status())) return std::nullopt;
  CheckPlace(file, *metadata, directory, log, check);
  Ledger ledger;
  if (!check.Holds(LoadSections(**reader, *metadata, ledger))) return std::nullopt;
  check.Count(static_cast<uint64_t>(ledger.account_count()));
  if (!check.ok()) return std::nullopt;
  return SnapshotFacts{file, TotalDigest(*metadata)};
}

}  // namespace

absl::Status LoadSnapshot(FileSystem& files, const SnapshotFile& file, Ledger& ledger) {
  const auto reader = SnapshotReader::Open(files, file.path);
  if (!reader.ok()) return reader.status();
  const auto metadata = MetadataOf(**reader);
  if (!metadata.ok()) return metadata.status();
  return LoadSections(**reader, *metadata, ledger);
}

std::vector<SnapshotFacts> CheckSnapshots(FileSystem& files, const Directory& directory,
                                          const std::vector<SnapshotFile>& snapshots,
                                          const LogFacts& log, CheckList& list) {
  std::vector<SnapshotFacts> sound;
  for (const SnapshotFile& file : snapshots) {
    Check& check =
        list.Add(absl::StrCat("snapshot ", file.position.value()),
                 "its checksums, its record of the log, its digest, its conservation", "accounts");
    const CheckList::Timed timed(list, check);
    if (auto facts = CheckOne(files, directory, file, log, check)) sound.push_back(*facts);
  }
  return sound;
}

}  // namespace wallet
