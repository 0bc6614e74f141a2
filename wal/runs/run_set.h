// A directory of runs of which a synced manifest says which ones count.
//
// What is committed becomes visible all at once, with the position and the metadata that belong to
// it; after a crash at any moment there is the old set or the new one, and what belongs to neither
// is removed when the set is opened. Runs are never changed: a view goes on reading its files while
// others are committed and merged.
//
// The set holds no lock on its directory: its user sees to it that there is one process.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/random.h"
#include "wal/runs/run_compaction.h"
#include "wal/runs/run_view.h"
#include "wal/runs/run_writer.h"

namespace wallet {

// Any thread, all calls at once. Commits and compactions write to the disk and wait for it: not on
// a thread that serves. A commit waits for another's change of the manifest, never for a merge.
//
// Errors of the disk are those of FileSystem; the set stays as it was, in memory and for the next
// open, but for one case: when the very change of the manifest was made and not confirmed by the
// disk, the next open may find the new set. Files of both are kept until a later commit succeeds.
class RunSet {
 public:
  // Makes the directory and the manifest of an empty set at position 0. kAlreadyExists: there is a
  // manifest, or there are runs that have lost theirs.
  static absl::Status Create(FileSystem& files, const std::string& directory,
                             std::string metadata = "");
  // As RunView::Open; when all is well, makes what was found durable, whatever a crash left of it,
  // and removes what belongs to no set. `files` and `random` (for
  // the runs' salts) outlive the set, `files` the views too.
  static absl::StatusOr<std::unique_ptr<RunSet>> Open(FileSystem& files, Random& random,
                                                      RunSetOptions options);
  // Writers and calls have ended; views may live on.
  ~RunSet();

  // What counts now. Never waits for the disk.
  std::shared_ptr<const RunView> view() const;

  // A run to be filled, finished and committed. `max_groups`: no fewer than will come; without
  // meaning in a family without filters. A writer that is never committed removes its file.
  absl::StatusOr<std::unique_ptr<RunWriter>> NewRun(FamilyId family, uint64_t max_groups);

  // Makes finished runs, of any families, visible together, a later one as the newer. `position`
  // is not below the one before, `metadata` at most kMaxRunMetadataBytes (both checked).
  absl::Status Commit(std::vector<std::unique_ptr<RunWriter>> added, Position position,
                      std::string metadata);

  // What to merge next, if anything needs it.
  std::optional<RunCompaction> PickCompaction(FamilyId family) const;
  // All of the family's runs, when there are two or more.
  std::optional<RunCompaction> WholeFamily(FamilyId family) const;
  // Merges the runs into one that takes their place; position and metadata stay. Commits may happen
  // meanwhile. kCancelled: should_stop said so; kAborted: the runs do not stand there side by side
  // (any more). Whatever the error, nothing is left of it.
  absl::Status Compact(const RunCompaction& compaction, RunStop should_stop);

  // Of the disk that the directory lies on.
  absl::StatusOr<uint64_t> FreeBytes() const { return files_.FreeBytes(options_.directory); }

  // Removes files of dropped runs that no view holds any more; commits and compactions do so too.
  void RemoveDropped();

 private:
  struct Added {
    std::unique_ptr<RunWriter> writer;
    RunView::Run reader;
  };

  RunSet(FileSystem& files, Random& random, RunSetOptions options);

  std::string PathOf(std::string_view name) const;
  std::string PathOf(const RunLabel& label) const;
  absl::StatusOr<std::unique_ptr<RunWriter>> NewRun(FamilyId family, uint64_t max_groups,
                                                    uint32_t level);
  absl::Status Settle();
  absl::Status RemoveLeftovers();
  absl::StatusOr<std::vector<Added>> OpenAdded(std::vector<std::unique_ptr<RunWriter>> writers);
  absl::StatusOr<std::unique_ptr<RunWriter>> Merge(const RunCompaction& compaction,
                                                   RunStop should_stop);
  absl::Status CommitAdded(std::vector<std::unique_ptr<RunWriter>> writers, Position position,
                           std::string metadata);
  absl::Status Replace(const RunCompaction& compaction, std::unique_ptr<RunWriter> writer);

  // With commit_mutex_ held.
  absl::Status Publish(RunManifest next, std::vector<Added> added);
  absl::Status NameFiles(const std::vector<Added>& added);
  bool MayBeWritten(const std::string& manifest_bytes);
  void Swap(RunManifest next, const std::vector<Added>& added);

  FileSystem& files_;
  Random& random_;
  const RunSetOptions options_;
  const std::shared_ptr<const std::vector<RunFamily>> families_;
  const std::shared_ptr<RunGraveyard> graveyard_;
  std::atomic<uint64_t> next_number_{1};

  std::mutex commit_mutex_;  // one change of the manifest at a time
  uint64_t sequence_ = 0;
  std::vector<RunView::Run> in_doubt_;  // of changes that the next open may or may not find

  mutable std::mutex view_mutex_;
  std::shared_ptr<const RunView> view_;
};

}  // namespace wallet
