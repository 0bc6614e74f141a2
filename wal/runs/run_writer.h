// Writes one run: entries in, a synced file under a temporary name out.
//
//   auto writer = set.NewRun(family, max_groups);
//   (*writer)->Add(key, value);  // ascending, until done
//   (*writer)->Finish();
//   set.Commit(std::move(writers), position, metadata);  // now it counts
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/file_hash.h"
#include "wal/runs/block_index.h"
#include "wal/runs/group_filter.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_block.h"
#include "wal/runs/run_entry.h"
#include "wal/runs/run_footer.h"

namespace wallet {

// Which run it becomes; the set's business.
struct RunLabel {
  FamilyId family;
  RunNumber number;
  uint32_t level = 0;  // how many merges its entries went through
};

struct RunWriterOptions {
  RunLabel label;
  // Random: blocks of another run, or of an older file at the same place, do not match it.
  uint64_t salt = 0;
  // No fewer than the groups that will come. Absent: the run gets no filter.
  std::optional<uint64_t> filter_groups;
};

// One thread at a time. The first error is final: every later call answers it. Memory: 20 bytes a
// block, the filter, and two buffers.
class RunWriter {
 public:
  // A new file; kAlreadyExists when `path` is taken. `files` outlives the writer.
  static absl::StatusOr<std::unique_ptr<RunWriter>> Create(FileSystem& files, std::string path,
                                                           const RunWriterOptions& options);
  // Removes the file unless it was kept.
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  // `key` is above the last one, `value` at most kMaxRunValueBytes (both checked).
  absl::Status Add(RunKey key, std::string_view value);
  // Writes the rest and syncs all of it; the file's name is not made durable.
  // kFailedPrecondition: no entry was added, and there are no empty runs.
  absl::Status Finish();

  uint64_t entries() const { return footer_.summary.entries; }
  bool finished() const { return finished_; }
  // Once finished.
  const RunSummary& summary() const { return footer_.summary; }
  const RunLabel& label() const { return options_.label; }
  const std::string& path() const { return path_; }

  // For the set, once finished: gives the file its final name, not yet durable; leaves it in place.
  absl::Status Rename(const std::string& path);
  void Keep() { kept_ = true; }

 private:
  RunWriter(FileSystem& files, std::string path, const RunWriterOptions& options,
            std::unique_ptr<AppendFile> file);

  absl::Status CloseBlock();
  absl::Status Write(std::string_view bytes);
  absl::Status Flush();
  absl::Status WritePart(std::string_view bytes, RunPart& part);
  absl::Status WriteFilter();
  absl::Status WriteEnd();
  uint64_t offset() const { return written_ + chunk_.size(); }

  FileSystem& files_;
  std::string path_;
  const RunWriterOptions options_;
  std::unique_ptr<AppendFile> file_;
  absl::Status status_;
  bool finished_ = false;
  bool kept_ = false;

  RunFooter footer_;
  RunBlockBuilder block_;
  BlockIndex index_{kRunHeaderBytes};
  std::optional<GroupFilterBuilder> filter_;
  FileHash hash_;
  std::string chunk_;  // not yet written
  uint64_t written_ = 0;
};

}  // namespace wallet
