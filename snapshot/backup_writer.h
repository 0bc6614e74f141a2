// The inside of CreateBackupSet (snapshot/backup_set.h): one attempt to make one set.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "snapshot/backup_set.h"

namespace wallet {

// The directories that files of these names need in `root`, parents first; `root` is among them.
std::vector<std::string> DirectoriesOf(const std::string& root,
                                       const std::vector<BackupFile>& files);
absl::Status CreateDirectories(FileSystem& files, const std::vector<std::string>& directories);
absl::Status SyncDirectories(FileSystem& files, const std::vector<std::string>& directories);

// One thread; everything given outlives it.
class BackupWriter {
 public:
  BackupWriter(FileSystem& files, const std::string& set, const BackupOptions& options,
               ProgressFn progress);

  // Once. Removes its temporaries when it fails.
  absl::StatusOr<BackupReport> Run(std::vector<BackupSource> sources, std::string_view metadata);

 private:
  // Fixes names and sizes, and finds what can be linked. Changes nothing on disk.
  absl::Status Plan(std::vector<BackupSource> sources, std::string_view metadata);
  absl::Status PlanManifest(std::string_view metadata);
  absl::Status LoadEarlier();
  absl::Status PutLeftoverAside();
  absl::Status Make();
  absl::Status AddFile(const BackupSource& source, BackupFile& file);
  // Whether a copy made before became the file's second name.
  absl::StatusOr<bool> Link(const BackupSource& source, BackupFile& file);
  absl::StatusOr<bool> LinkFrom(const std::string& candidate, const BackupFile& file);
  // What was made for the set is new in it, like a copy.
  void CountLinked(const BackupFile& file, bool made_for_the_set);
  std::vector<std::string> Candidates(const BackupSource& source, const BackupFile& file) const;
  absl::Status Copy(const BackupSource& source, BackupFile& file);
  absl::Status CheckUnchanged(const BackupSource& source);
  std::string PathOf(const BackupFile& file) const;

  FileSystem& files_;
  const std::string set_;
  const std::string temporary_;
  const std::string leftover_;
  const BackupOptions options_;
  ProgressFn progress_;
  std::optional<Meter> meter_;
  std::vector<BackupSource> sources_;         // as report_.manifest.files
  absl::flat_hash_set<std::string> earlier_;  // names in that set
  BackupReport report_;
};

}  // namespace wallet
