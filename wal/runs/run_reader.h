// Reads one run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/file.h"
#include "wal/base/huge_pages.h"
#include "wal/runs/block_index.h"
#include "wal/runs/group_filter.h"
#include "wal/runs/run_block.h"
#include "wal/runs/run_entry.h"
#include "wal/runs/run_footer.h"

namespace wallet {

// What a cursor has read of a run's file.
struct RunBuffer {
  HugeMemory bytes;  // aligned to kBulkBlockBytes
  size_t capacity = 0;
  uint64_t begin = 0, end = 0;  // in the file
};

// Any thread, all calls at once. Memory: 20 bytes a block and the filter; blocks are read as they
// are needed and kept nowhere but in the page cache.
//
// A call that meets damage answers kDataLoss, which names the file, the byte and what to do; a read
// that fails answers its error with the same. Neither is ever "not found": what was visited before
// is right, and nothing can be said of the rest.
class RunReader {
 public:
  // Reads and checks everything but the blocks. Messages name the file `known_as`.
  static absl::StatusOr<std::unique_ptr<RunReader>> Open(FileSystem& files, const std::string& path,
                                                         std::string known_as);

  const RunSummary& summary() const { return footer_.summary; }
  const std::string& known_as() const { return known_as_; }
  size_t memory_bytes() const;

  // Whether the group may be in this run: no false no. Without a filter, by the range of keys.
  bool MayContain(uint64_t group) const;
  // Sets may[i] where that is so of groups[i], and leaves the others as they are.
  void MayContain(std::span<const uint64_t> groups, std::span<bool> may) const;

  // Visits the entries with from <= key <= to, ascending; ScanBack, descending. Reads only the
  // blocks that it needs.
  absl::Status Scan(RunKey from, RunKey to, RunVisitor visit) const;
  absl::Status ScanBack(RunKey from, RunKey to, RunVisitor visit) const;

  // Reads all of the file: every block and entry, that the filter knows every group, the counts,
  // and the hash of the whole. `done` counts bytes read, twice the file's size in all.
  absl::Status Verify(RunProgress progress) const;

  // For cursors.
  const BlockIndex& index() const { return index_; }
  // A hint that ReadBlock(number) follows, as RandomAccessFile::WillRead.
  void WillReadBlock(size_t number) const {
    file_->WillRead(index_.offset(number), index_.size_bytes(number));
  }
  // Reads block `number` into `block`, whose values point into `buffer`; takes what the buffer
  // already has. With `read_ahead` it reads some so many bytes, as one who goes through all of the
  // run once; without, this block.
  absl::Status ReadBlock(size_t number, size_t read_ahead, RunBuffer& buffer,
                         RunBlock& block) const;

 private:
  RunReader(std::unique_ptr<RandomAccessFile> file, std::string known_as)
      : file_(std::move(file)), known_as_(std::move(known_as)) {}

  absl::Status Load();
  absl::Status LoadHeader(uint64_t file_bytes);
  absl::Status LoadFooter(uint64_t file_bytes);
  absl::Status LoadIndex();
  absl::Status LoadFilter();
  absl::Status ReadExactly(uint64_t offset, std::span<char> buffer) const;
  absl::Status ReadPart(const RunPart& part, std::span<char> buffer) const;
  absl::Status Fill(RunBuffer& buffer, uint64_t offset, size_t size) const;
  absl::Status FillAhead(RunBuffer& buffer, uint64_t offset, size_t size, size_t read_ahead) const;
  absl::Status CheckPlace(size_t number, const RunBlock& block) const;
  absl::Status VerifyEntries(RunProgress progress) const;
  absl::Status VerifyHash(RunProgress progress) const;
  absl::Status Damage(uint64_t offset, std::string_view what) const;

  const std::unique_ptr<RandomAccessFile> file_;
  const std::string known_as_;
  uint64_t salt_ = 0;
  RunFooter footer_;
  BlockIndex index_{kRunHeaderBytes};
  std::optional<GroupFilter> filter_;
};

}  // namespace wallet
