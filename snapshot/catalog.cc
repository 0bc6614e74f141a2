#include "snapshot/catalog.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "snapshot/temporaries.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr std::string_view kPrefix = "snapshot-";
constexpr size_t kDigits = 20;

// The name without the temporary suffix, if it has it.
std::optional<std::string_view> WithoutSuffix(std::string_view name) {
  if (!name.ends_with(kTemporarySuffix)) return std::nullopt;
  name.remove_suffix(std::string_view(kTemporarySuffix).size());
  return name;
}

}  // namespace

std::string SnapshotName(Position position) {
  return absl::StrFormat("snapshot-%020d", position.value());
}

std::optional<Position> ParseSnapshotName(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + kDigits) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  uint64_t position = 0;
  if (!std::all_of(name.begin(), name.end(), digit)) return std::nullopt;
  if (!absl::SimpleAtoi(ToAbsl(name), &position)) return std::nullopt;
  return Position(position);
}

absl::Status SnapshotCatalog::CreateDirectory() { return files_.CreateDirectory(directory_); }

std::string SnapshotCatalog::PathOf(Position position) const {
  return absl::StrCat(directory_, "/", SnapshotName(position));
}

absl::StatusOr<std::vector<SnapshotFile>> SnapshotCatalog::List() const {
  const auto names = files_.List(directory_);
  if (!names.ok()) return names.status();
  std::vector<SnapshotFile> snapshots;
  for (const std::string& name : *names) {
    if (const auto position = ParseSnapshotName(name)) {
      snapshots.push_back({*position, PathOf(*position)});
    }
  }
  std::sort(snapshots.begin(), snapshots.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
  return snapshots;
}

absl::StatusOr<std::vector<SnapshotFile>> SnapshotCatalog::KeepNewest(
    size_t count, std::optional<Position> held) {
  WALLET_CHECK(count >= 1);
  auto snapshots = List();
  if (!snapshots.ok()) return snapshots.status();
  snapshots->resize(snapshots->size() -
                    std::min(snapshots->size(), count - WALLET_MUTANT("snapshot_pruned_too_many")));
  if (held) std::erase_if(*snapshots, [&](const auto& file) { return file.position >= *held; });
  for (const SnapshotFile& old : *snapshots) {
    if (absl::Status status = files_.Remove(old.path); !status.ok()) return status;
  }
  return snapshots;
}

absl::StatusOr<std::vector<std::string>> SnapshotCatalog::RemoveTemporaries() {
  const auto names = files_.List(directory_);
  if (!names.ok()) return names.status();
  std::vector<std::string> removed;
  for (const std::string& name : *names) {
    const auto stem = WithoutSuffix(name);
    if (!stem || !ParseSnapshotName(*stem)) continue;
    removed.push_back(absl::StrCat(directory_, "/", name));
    if (absl::Status status = files_.Remove(removed.back()); !status.ok()) return status;
  }
  if (absl::Status status = files_.SyncDirectory(directory_); !status.ok()) return status;
  return removed;
}

}  // namespace wallet
