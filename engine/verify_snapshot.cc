#include "engine/verify_snapshot.h"

#include <deque>

#include "engine/ledger/section_check.h"

namespace wallet {
namespace {

bool NamesEachSection(const SnapshotReader& reader, const SnapshotMetadata& metadata) {
  const auto& sections = reader.sections();
  if (sections.size() != metadata.sections.size()) return false;
  for (size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].name != SectionNameOf(i)) return false;
  }
  return true;
}

bool Is(const SectionCheck& read, const SectionFacts& facts) {
  return SectionFacts{.accounts = read.accounts(),
                      .open_withdrawals = read.open_withdrawals(),
                      .digest = read.digest()} == facts;
}

}  // namespace

absl::StatusOr<SnapshotMetadata> VerifySnapshot(const SnapshotReader& reader, ProgressFn progress) {
  auto metadata = DecodeSnapshotMetadata(reader.metadata(), reader.path());
  if (!metadata.ok()) return metadata;
  if (!NamesEachSection(reader, *metadata)) return OtherSections(reader.path());
  std::deque<SectionCheck> checks;
  for (size_t i = 0; i < metadata->sections.size(); ++i) checks.emplace_back(i);
  absl::Status status = reader.Verify(progress, [&](SectionNumber section, std::string_view slice) {
    return checks[section.value()].Add(slice);
  });
  for (size_t i = 0; status.ok() && i < checks.size(); ++i) {
    status = checks[i].Finish();
    if (status.ok() && !Is(checks[i], metadata->sections[i])) {
      status = OtherSections(reader.path());
    }
  }
  if (!status.ok()) return status;
  return metadata;
}

}  // namespace wallet
