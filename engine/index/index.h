// The index of transactions and keys: a directory of runs, opened, read, written and compacted.
//
//   CreateIndex(files, directory, random);              // once
//   auto index = OpenIndex(files, directory, random);
//   IndexWriter& writer = (*index)->writer();           // a background thread
//   writer.Write(batch, should_stop);
//   while (*(*index)->CompactOne(should_stop)) {}
//   (*index)->reader().Find(user, id);                  // any thread
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/index/index_reader.h"
#include "engine/index/index_writer.h"
#include "engine/index/key_hash.h"
#include "wal/base/file.h"
#include "wal/base/random.h"
#include "wal/runs/run_set.h"

namespace wallet {

// Any thread, all calls at once; but for the one writer at a time. Errors as in RunSet.
class Index {
 public:
  Index(std::unique_ptr<RunSet> runs, const KeyHasher& hash)
      : runs_(std::move(runs)), hash_(hash), writer_(*runs_, hash_) {}

  // Everything up to it is in the index.
  Position position() const { return runs_->view()->position(); }
  const KeyHasher& hash() const { return hash_; }

  // What is there now. Never waits for the disk.
  IndexReader reader() const { return IndexReader(runs_->view(), hash_); }
  IndexWriter& writer() { return writer_; }

  // Of the disk it lies on.
  absl::StatusOr<uint64_t> FreeBytes() const { return runs_->FreeBytes(); }

  // How much CompactOne will write at most, before it can remove as much; 0 when nothing is due.
  uint64_t NextCompactionBytes() const;
  // Merges the runs that need it most, of one family; false when none do. kCancelled, kAborted: as
  // RunSet::Compact.
  absl::StatusOr<bool> CompactOne(RunStop should_stop);

  RunSet& runs() { return *runs_; }

 private:
  std::optional<RunCompaction> NextCompaction() const;

  const std::unique_ptr<RunSet> runs_;
  const KeyHasher hash_;
  IndexWriter writer_;
};

// Makes an empty index with a secret of its own. As RunSet::Create.
absl::Status CreateIndex(FileSystem& files, const std::string& directory, Random& random);

// As RunSet::Open, whose promises about `files` and `random` are asked for here too; kUnimplemented
// names the index's version and this program's. `hash` is another one in tests alone.
absl::StatusOr<std::unique_ptr<Index>> OpenIndex(FileSystem& files, const std::string& directory,
                                                 Random& random,
                                                 KeyHasher::Function hash = &HashOfKey);

// Of a directory at rest, which is not changed.
absl::StatusOr<IndexReader> OpenIndexReader(FileSystem& files, const std::string& directory,
                                            KeyHasher::Function hash = &HashOfKey);

}  // namespace wallet
