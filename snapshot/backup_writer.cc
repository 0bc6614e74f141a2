#include "snapshot/backup_writer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "snapshot/file_copy.h"
#include "snapshot/limits.h"
#include "snapshot/temporaries.h"
#include "wal/base/check.h"

namespace wallet {

std::vector<std::string> DirectoriesOf(const std::string& root,
                                       const std::vector<BackupFile>& files) {
  std::set<std::string> directories = {root};
  for (const BackupFile& file : files) {
    for (size_t slash = file.name.find('/'); slash != std::string::npos;
         slash = file.name.find('/', slash + 1)) {
      directories.insert(absl::StrCat(root, "/", file.name.substr(0, slash)));
    }
  }
  return {directories.begin(), directories.end()};
}

absl::Status CreateDirectories(FileSystem& files, const std::vector<std::string>& directories) {
  for (const std::string& path : directories) {
    if (absl::Status status = files.CreateDirectory(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SyncDirectories(FileSystem& files, const std::vector<std::string>& directories) {
  for (const std::string& path : directories) {
    if (absl::Status status = files.SyncDirectory(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

BackupWriter::BackupWriter(FileSystem& files, const std::string& set, const BackupOptions& options,
                           ProgressFn progress)
    : files_(files),
      set_(TrimSlashes(set)),
      temporary_(TemporaryOf(set_)),
      leftover_(LeftoverOf(set_)),
      options_(options),
      progress_(progress) {}

absl::StatusOr<BackupReport> BackupWriter::Run(std::vector<BackupSource> sources,
                                               std::string_view metadata) {
  absl::Status status = Plan(std::move(sources), metadata);
  if (status.ok()) status = PutLeftoverAside();
  if (!status.ok()) return status;
  status = Make();
  if (status.ok() && options_.check) status = options_.check(temporary_);
  if (status.ok()) status = Publish(files_, temporary_, set_);
  files_.RemoveTree(leftover_).IgnoreError();
  if (status.ok()) return report_;
  files_.RemoveTree(temporary_).IgnoreError();
  return status;
}

absl::Status BackupWriter::Plan(std::vector<BackupSource> sources, std::string_view metadata) {
  WALLET_CHECK(metadata.size() <= kMaxMetadataBytes);
  if (absl::Status status = CheckFree(files_, set_); !status.ok()) return status;
  std::sort(sources.begin(), sources.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (BackupSource& source : sources) {
    if (source.kind != BackupKind::kImmutable) continue;
    const auto bytes = FileBytes(files_, source.path);
    if (!bytes.ok()) return bytes.status();
    source.bytes = *bytes;
  }
  sources_ = std::move(sources);
  if (absl::Status status = PlanManifest(metadata); !status.ok()) return status;
  meter_.emplace(progress_, report_.manifest.TotalBytes());
  return LoadEarlier();
}

absl::Status BackupWriter::PlanManifest(std::string_view metadata) {
  BackupManifest& manifest = report_.manifest;
  manifest.metadata = metadata;
  for (const BackupSource& source : sources_) {
    manifest.files.push_back({source.name, source.kind, source.bytes});
  }
  // Hashes are of one size: it will be as long as it is now.
  if (sources_.size() <= kMaxBackupFiles && AreBackupNames(manifest.files) &&
      EncodeBackupManifest(manifest).size() <= kMaxBackupManifestBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(set_, ": the names do not make a backup set"));
}

absl::Status BackupWriter::LoadEarlier() {
  if (options_.earlier.empty()) return absl::OkStatus();
  auto manifest = ReadBackupManifest(files_, options_.earlier);
  if (!manifest.ok()) return manifest.status();
  for (const BackupFile& file : manifest->files) earlier_.insert(file.name);
  return absl::OkStatus();
}

absl::Status BackupWriter::PutLeftoverAside() {
  const auto exists = files_.Exists(temporary_);
  if (!exists.ok()) return exists.status();
  if (*exists && !options_.take_over) {
    return absl::AlreadyExistsError(absl::StrCat(
        temporary_,
        ": another backup is at work, or a crash left this: then remove it or take it over"));
  }
  if (!*exists) return absl::OkStatus();
  if (absl::Status status = files_.RemoveTree(leftover_); !status.ok()) return status;
  return files_.Rename(temporary_, leftover_);
}

absl::Status BackupWriter::Make() {
  BackupManifest& manifest = report_.manifest;
  const auto directories = DirectoriesOf(BackupFilesPath(temporary_), manifest.files);
  absl::Status status = files_.CreateDirectory(temporary_);
  if (status.ok()) status = CreateDirectories(files_, directories);
  if (status.ok()) status = meter_->Advance(0);
  for (size_t i = 0; i < sources_.size() && status.ok(); ++i) {
    status = AddFile(sources_[i], manifest.files[i]);
  }
  if (status.ok()) status = SyncDirectories(files_, directories);
  if (!status.ok()) return status;
  return files_.WriteFileAtomically(BackupManifestPath(temporary_), EncodeBackupManifest(manifest));
}

absl::Status BackupWriter::AddFile(const BackupSource& source, BackupFile& file) {
  const auto linked = Link(source, file);
  if (!linked.ok()) return linked.status();
  if (!*linked) return Copy(source, file);
  absl::Status status = CheckUnchanged(source);
  return status.ok() ? meter_->Advance(file.bytes) : status;
}

absl::StatusOr<bool> BackupWriter::Link(const BackupSource& source, BackupFile& file) {
  const std::vector<std::string> candidates = Candidates(source, file);
  if (candidates.empty()) return false;
  const auto hash =
      HashFile(files_, source.path, file.bytes, [this](uint64_t) { return meter_->Advance(0); });
  if (!hash.ok()) return hash.status();
  file.hash = *hash;
  for (const std::string& candidate : candidates) {
    const auto linked = LinkFrom(candidate, file);
    if (linked.ok() && *linked) CountLinked(file, candidate == source.path);
    if (!linked.ok() || *linked) return linked;
  }
  return false;
}

// The copy is read whole first: damage to it is not inherited.
absl::StatusOr<bool> BackupWriter::LinkFrom(const std::string& candidate, const BackupFile& file) {
  const auto hash =
      HashFile(files_, candidate, file.bytes, [this](uint64_t) { return meter_->Advance(0); });
  if (absl::IsCancelled(hash.status())) return hash.status();
  if (!hash.ok() || *hash != file.hash) return false;
  absl::Status status = files_.Link(candidate, PathOf(file));
  if (absl::IsUnimplemented(status)) return false;
  // An attempt that was killed may not have synced what it copied.
  if (status.ok() && options_.take_over) status = SyncFile(files_, PathOf(file));
  if (!status.ok()) return status;
  return true;
}

void BackupWriter::CountLinked(const BackupFile& file, bool made_for_the_set) {
  ++(made_for_the_set ? report_.copied_files : report_.linked_files);
  (made_for_the_set ? report_.copied_bytes : report_.linked_bytes) += file.bytes;
}

std::vector<std::string> BackupWriter::Candidates(const BackupSource& source,
                                                  const BackupFile& file) const {
  std::vector<std::string> candidates;
  const auto consider = [&](const std::string& path) {
    const auto bytes = FileBytes(files_, path);
    if (bytes.ok() && *bytes == file.bytes) candidates.push_back(path);
  };
  if (earlier_.contains(file.name)) consider(BackupFilePath(options_.earlier, file.name));
  if (options_.take_over) consider(BackupFilePath(leftover_, file.name));
  if (source.link) consider(source.path);
  return candidates;
}

absl::Status BackupWriter::Copy(const BackupSource& source, BackupFile& file) {
  const auto hash = CopyFile(files_, source.path, PathOf(file), file.bytes,
                             [this](uint64_t bytes) { return meter_->Advance(bytes); });
  if (!hash.ok()) return hash.status();
  file.hash = *hash;
  ++report_.copied_files;
  report_.copied_bytes += file.bytes;
  return CheckUnchanged(source);
}

absl::Status BackupWriter::CheckUnchanged(const BackupSource& source) {
  if (source.kind != BackupKind::kImmutable) return absl::OkStatus();
  const auto bytes = FileBytes(files_, source.path);
  if (!bytes.ok() || *bytes == source.bytes) return bytes.status();
  return absl::FailedPreconditionError(
      absl::StrCat(source.path, ": changed its size while it was backed up"));
}

std::string BackupWriter::PathOf(const BackupFile& file) const {
  return BackupFilePath(temporary_, file.name);
}

}  // namespace wallet
