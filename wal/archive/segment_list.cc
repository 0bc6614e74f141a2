#include "wal/archive/segment_list.h"

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

absl::Status Broken(const std::string& directory, std::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "the archive in ", directory, " is damaged: ", ToAbsl(what),
      ". Nothing was changed. Put the segments that are missing or wrong in place from a copy."));
}

// By the names alone: `before` < `after`, and neither is opened.
absl::Status CheckPlaces(const std::string& directory, const std::string& before,
                         const std::string& after) {
  const Position last = ParseSegmentName(before)->last;
  const Position first = ParseSegmentName(after)->first;
  if (first <= last) return Broken(directory, absl::StrCat(before, " and ", after, " overlap"));
  const PositionRange gap{Position(last.value() + 1), Position(first.value() - 1)};
  if (gap.last < gap.first) return absl::OkStatus();
  return Broken(directory,
                absl::StrCat(ToText(gap), " are missing between ", before, " and ", after));
}

absl::Status CheckChain(const std::string& directory, const ArchivedSegment& before,
                        const ArchivedSegment& after) {
  if (before.header.genesis != after.header.genesis) {
    return Broken(directory,
                  absl::StrCat(before.name, " and ", after.name, " belong to different ledgers"));
  }
  if (before.footer.hash == after.header.previous) return absl::OkStatus();
  return Broken(directory, absl::StrCat(after.name, " does not continue ", before.name,
                                        " (its chain hash differs)"));
}

// The first event there ever was can only follow the beginning of the chain.
absl::Status CheckStart(const std::string& directory, const ArchivedSegment& first) {
  if (first.header.first > Position(1) || first.header.previous == first.header.genesis) {
    return absl::OkStatus();
  }
  return Broken(directory, absl::StrCat(first.name, " does not begin its ledger's chain"));
}

absl::StatusOr<std::vector<std::string>> ListNames(FileSystem& files,
                                                   const std::string& directory) {
  auto names = files.List(directory);
  if (!names.ok()) return names.status();
  std::erase_if(*names, [](const std::string& name) { return !ParseSegmentName(name); });
  for (size_t i = 1; i < names->size(); ++i) {
    absl::Status status = CheckPlaces(directory, (*names)[i - 1], (*names)[i]);
    if (!status.ok()) return status;
  }
  return names;
}

}  // namespace

absl::StatusOr<std::vector<ArchivedSegment>> LoadSegments(FileSystem& files,
                                                          const std::string& directory) {
  const auto names = ListNames(files, directory);
  if (!names.ok()) return names.status();
  std::vector<ArchivedSegment> segments;
  for (const std::string& name : *names) {
    auto segment = LoadSegment(files, directory, name);
    if (!segment.ok()) return segment.status();
    absl::Status status = segments.empty() ? CheckStart(directory, *segment)
                                           : CheckChain(directory, segments.back(), *segment);
    if (!status.ok()) return status;
    segments.push_back(*std::move(segment));
  }
  return segments;
}

}  // namespace wallet
