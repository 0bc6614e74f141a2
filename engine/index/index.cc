#include "engine/index/index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/index/index_metadata.h"

namespace wallet {
namespace {

// A newer program may have families that this one does not know, over which opening the runs would
// stumble first: the version has the first word.
absl::Status CheckVersion(FileSystem& files, const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/", kRunManifestName);
  const auto bytes = files.ReadFile(path);
  if (!bytes.ok()) return absl::OkStatus();  // opening the runs says what is wrong
  const auto manifest = DecodeRunManifest(*bytes, path);
  if (!manifest.ok()) return absl::OkStatus();
  return DecodeIndexMetadata(manifest->metadata, directory).status();
}

absl::StatusOr<KeyHasher> HashOf(const RunView& view, const std::string& directory,
                                 KeyHasher::Function function) {
  const auto metadata = DecodeIndexMetadata(view.metadata(), directory);
  if (!metadata.ok()) return metadata.status();
  return KeyHasher(metadata->secret, function);
}

}  // namespace

std::optional<RunCompaction> Index::NextCompaction() const {
  for (uint32_t family = 0; family < kIndexFamilies; ++family) {
    if (auto due = runs_->PickCompaction(FamilyId(family))) return due;
  }
  return std::nullopt;
}

uint64_t Index::NextCompactionBytes() const {
  const std::optional<RunCompaction> due = NextCompaction();
  if (!due) return 0;
  uint64_t bytes = 0;
  const std::shared_ptr<const RunView> view = runs_->view();
  for (const RunInfo& run : view->manifest().families[due->family.value()].runs) {
    const bool merged =
        std::find(due->runs.begin(), due->runs.end(), run.number) != due->runs.end();
    if (merged) bytes += run.summary.size_bytes;
  }
  return bytes;
}

absl::StatusOr<bool> Index::CompactOne(RunStop should_stop) {
  const std::optional<RunCompaction> due = NextCompaction();
  if (!due) return false;
  absl::Status status = runs_->Compact(*due, should_stop);
  if (!status.ok()) return status;
  return true;
}

absl::Status CreateIndex(FileSystem& files, const std::string& directory, Random& random) {
  return RunSet::Create(files, directory, EncodeIndexMetadata({NewKeySecret(random)}));
}

absl::StatusOr<std::unique_ptr<Index>> OpenIndex(FileSystem& files, const std::string& directory,
                                                 Random& random, KeyHasher::Function hash) {
  if (absl::Status status = CheckVersion(files, directory); !status.ok()) return status;
  auto runs = RunSet::Open(files, random, IndexRunOptions(directory));
  if (!runs.ok()) return runs.status();
  const auto hasher = HashOf(*(*runs)->view(), directory, hash);
  if (!hasher.ok()) return hasher.status();
  return std::make_unique<Index>(*std::move(runs), *hasher);
}

absl::StatusOr<IndexReader> OpenIndexReader(FileSystem& files, const std::string& directory,
                                            KeyHasher::Function hash) {
  if (absl::Status status = CheckVersion(files, directory); !status.ok()) return status;
  auto view = RunView::Open(files, IndexRunOptions(directory));
  if (!view.ok()) return view.status();
  const auto hasher = HashOf(**view, directory, hash);
  if (!hasher.ok()) return hasher.status();
  return IndexReader(*std::move(view), *hasher);
}

}  // namespace wallet
