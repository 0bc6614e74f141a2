// The runs that counted at one moment, to read from.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_graveyard.h"
#include "wal/runs/run_manifest.h"
#include "wal/runs/run_merge.h"
#include "wal/runs/run_reader.h"

namespace wallet {

struct RunFamily {
  std::string name;         // stored: pinned for ever; see IsRunFamilyName
  bool filter = false;      // whether new runs get one
  RunCombine combine = {};  // empty: of equal keys the newest wins
  // How many runs side by side are merged at least: with fewer there are fewer runs to look into,
  // and every entry is written more often.
  size_t merge_width = kRunMergeWidth;
};

struct RunSetOptions {
  std::string directory;
  // 1 … kMaxRunFamilies, of different names. A family may be added; one that has runs may not go.
  std::vector<RunFamily> families;
};

// Immutable; any thread. As long as one holds it, its files are there. Letting it go never touches
// the disk.
class RunView {
 public:
  using Run = std::shared_ptr<const RunReader>;

  // Reads the manifest and opens every run it lists; changes nothing. kDataLoss: the manifest is
  // missing, or damaged, or a run is missing, damaged, or not the one listed. kUnimplemented: a
  // newer program wrote it, with a newer version or another family. Files that are dropped go to
  // `graveyard`.
  static absl::StatusOr<std::shared_ptr<const RunView>> Open(
      FileSystem& files, const RunSetOptions& options,
      std::shared_ptr<RunGraveyard> graveyard = nullptr);

  // Of `manifest`, whose families are those of `families`, in that order, and whose runs are
  // `runs`, family by family, in that order.
  RunView(std::shared_ptr<const std::vector<RunFamily>> families, RunManifest manifest,
          std::vector<std::vector<Run>> runs);

  Position position() const { return manifest_.position; }
  const std::string& metadata() const { return manifest_.metadata; }
  // For a backup: this, encoded, and the files it names are a set of their own.
  const RunManifest& manifest() const { return manifest_; }
  std::vector<std::string> FileNames() const;

  // Newest first, in the order of manifest().
  std::span<const Run> runs(FamilyId family) const { return runs_[family.value()]; }

  // Visits every key with from <= key <= to once, as the runs together have it; ascending, or
  // descending. Errors as in RunReader.
  absl::Status Scan(FamilyId family, RunKey from, RunKey to, RunVisitor visit) const;
  absl::Status ScanBack(FamilyId family, RunKey from, RunKey to, RunVisitor visit) const;

  // Whether any run may have the group: no false no.
  bool MayContain(FamilyId family, uint64_t group) const;
  // Sets may[i] where that is so of groups[i], and leaves the others as they are. Many at once cost
  // less than one by one: the filters' lines come from memory side by side.
  void MayContain(FamilyId family, std::span<const uint64_t> groups, std::span<bool> may) const;

  // RunReader::Verify of every run.
  absl::Status Verify(RunProgress progress) const;

  // The size of all its files but the manifest; what its indexes and filters take of memory.
  uint64_t file_bytes() const;
  uint64_t memory_bytes() const;

 private:
  absl::Status ScanMerged(FamilyId family, RunKey from, RunKey to, RunMerge::Direction direction,
                          RunVisitor visit) const;

  const std::shared_ptr<const std::vector<RunFamily>> families_;
  const RunManifest manifest_;
  const std::vector<std::vector<Run>> runs_;
};

// Opens the run at `path`, whose final name is `final_path`, and holds it against what is known of
// it. Whoever closes it last tells the graveyard.
absl::StatusOr<RunView::Run> OpenRun(FileSystem& files, const std::string& path,
                                     const std::string& final_path, const RunSummary& expected,
                                     std::shared_ptr<RunGraveyard> graveyard);

}  // namespace wallet
