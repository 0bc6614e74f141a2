// Writes batches into the index.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "engine/index/index_batch.h"
#include "engine/index/key_hash.h"
#include "wal/runs/run_set.h"

namespace wallet {

struct RowRoom;

// One thread at a time; compactions and readers may work beside it.
//
// Besides the batch it takes up to 48 bytes of memory a row, which it keeps for the next one, and a
// run's writing (run_writer.h).
class IndexWriter {
 public:
  // The set of an index, and its hash; `runs` outlives the writer.
  IndexWriter(RunSet& runs, const KeyHasher& hash);
  ~IndexWriter();

  // Sorts the batch, writes one run a family and makes all of it visible at once, together with its
  // position, which is not below the index's. Whatever the error (the disk's; kCancelled when
  // `should_stop`, asked about every 0.1 ms, said so), the index is what it was, but as RunSet
  // says.
  absl::Status Write(const IndexBatch& batch, RunStop should_stop);

 private:
  RowRoom& RoomFor(uint64_t rows);

  RunSet& runs_;
  const KeyHasher hash_;
  std::unique_ptr<RowRoom> room_;  // of the batch before
};

}  // namespace wallet
