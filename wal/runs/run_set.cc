#include "wal/runs/run_set.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

bool HasRuns(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (IsRunFileName(name)) return true;
  }
  return false;
}

// What this room leaves behind when it is interrupted; another's file is no business of ours.
bool IsOurs(std::string_view name) {
  const std::string_view suffix = kTemporarySuffix;
  if (!name.ends_with(suffix)) return IsRunFileName(name);
  name.remove_suffix(suffix.size());
  return name == kRunManifestName || IsRunFileName(name);
}

}  // namespace

RunSet::RunSet(FileSystem& files, Random& random, RunSetOptions options)
    : files_(files),
      random_(random),
      options_(std::move(options)),
      families_(std::make_shared<const std::vector<RunFamily>>(options_.families)),
      graveyard_(std::make_shared<RunGraveyard>()) {}

RunSet::~RunSet() {
  view_.reset();
  RemoveDropped();
}

absl::Status RunSet::Create(FileSystem& files, const std::string& directory, std::string metadata) {
  if (absl::Status status = files.CreateDirectory(directory); !status.ok()) return status;
  const std::string path = absl::StrCat(directory, "/", kRunManifestName);
  const auto exists = files.Exists(path);
  if (!exists.ok()) return exists.status();
  const auto names = files.List(directory);
  if (!names.ok()) return names.status();
  if (*exists || HasRuns(*names)) {
    return absl::AlreadyExistsError(absl::StrCat(
        directory, ": holds runs of an index already", *exists ? "" : ", without their manifest",
        ". Nothing was changed. Create a new one elsewhere."));
  }
  RunManifest manifest;
  manifest.metadata = std::move(metadata);
  return files.WriteFileAtomically(path, EncodeRunManifest(manifest));
}

absl::StatusOr<std::unique_ptr<RunSet>> RunSet::Open(FileSystem& files, Random& random,
                                                     RunSetOptions options) {
  std::unique_ptr<RunSet> set(new RunSet(files, random, std::move(options)));
  auto view = RunView::Open(files, set->options_, set->graveyard_);
  if (!view.ok()) return view.status();
  set->view_ = *std::move(view);
  set->next_number_ = set->view_->manifest().next_number;
  set->sequence_ = set->view_->manifest().sequence;
  if (absl::Status status = set->Settle(); !status.ok()) return status;
  return set;
}

absl::Status RunSet::Settle() {
  // A process that died may have changed the manifest and not synced its name. The caller will rely
  // on what was found, and old runs are removed next: from here on no power loss may undo it.
  absl::Status status = files_.SyncDirectory(options_.directory);
  return status.ok() ? RemoveLeftovers() : status;
}

absl::Status RunSet::RemoveLeftovers() {
  const std::vector<std::string> listed = view_->FileNames();
  const std::set<std::string> live(listed.begin(), listed.end());
  const auto names = files_.List(options_.directory);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!IsOurs(name) || live.contains(name)) continue;
    if (absl::Status status = files_.Remove(PathOf(name)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string RunSet::PathOf(std::string_view name) const {
  return absl::StrCat(options_.directory, "/", ToAbsl(name));
}

std::string RunSet::PathOf(const RunLabel& label) const {
  return PathOf(RunFileName((*families_)[label.family.value()].name, label.number));
}

std::shared_ptr<const RunView> RunSet::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

absl::StatusOr<std::unique_ptr<RunWriter>> RunSet::NewRun(FamilyId family, uint64_t max_groups) {
  return NewRun(family, max_groups, 0);
}

absl::StatusOr<std::unique_ptr<RunWriter>> RunSet::NewRun(FamilyId family, uint64_t max_groups,
                                                          uint32_t level) {
  WALLET_CHECK(family.value() < families_->size());
  RunWriterOptions options;
  options.label = {family, RunNumber(next_number_++), level};
  options.salt = random_.Next();
  if ((*families_)[family.value()].filter) options.filter_groups = max_groups;
  return RunWriter::Create(files_, PathOf(options.label) + kTemporarySuffix, options);
}

void RunSet::RemoveDropped() {
  // What can't be removed now is when the set is next opened.
  for (const std::string& path : graveyard_->TakeRemovable()) files_.Remove(path).IgnoreError();
}

}  // namespace wallet
