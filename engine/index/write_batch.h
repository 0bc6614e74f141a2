// The steps of writing a batch, one family each.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/index/index_batch.h"
#include "engine/index/key_hash.h"
#include "engine/index/sort_entries.h"
#include "wal/runs/run_set.h"

namespace wallet {

// The runs of one commit on their way. One thread.
class IndexRuns {
 public:
  IndexRuns(RunSet& set, RunStop should_stop) : set_(set), should_stop_(should_stop) {}

  // Begins a run; there are no empty ones, so that an entry must follow.
  absl::Status Begin(FamilyId family, uint64_t max_groups);
  // Into the run begun last.
  absl::Status Add(RunKey key, std::string_view value) {
    if (writer_->entries() % kRunMergeSlice == 0 && should_stop_()) [[unlikely]]
      return absl::CancelledError("stopped on request");
    return writer_->Add(key, value);
  }
  absl::Status Finish();

  std::vector<std::unique_ptr<RunWriter>> Take() { return std::move(finished_); }

 private:
  RunSet& set_;
  RunStop should_stop_;
  std::unique_ptr<RunWriter> writer_;
  std::vector<std::unique_ptr<RunWriter>> finished_;
};

uint64_t RowsOf(const IndexBatch& batch);

// Two arrays with room for so many rows, for both of the steps that need them, and for one batch
// after the other: to be handed new memory costs more than sorting in it. `first` begins empty.
struct RowRoom {
  explicit RowRoom(uint64_t most_rows) : rows(most_rows), first(most_rows), second(most_rows) {}
  const uint64_t rows;
  SortEntries first, second;
};

// Rows and moves, as entries of kTransactionRuns. Leaves an entry for every row in room.first:
// (hash, user) and the id.
absl::Status WriteTransactions(const IndexBatch& batch, const KeyHasher& hash, RowRoom& room,
                               IndexRuns& out);
// What WriteTransactions left.
absl::Status WriteKeys(RowRoom& room, IndexRuns& out);
absl::Status WriteRanks(const IndexBatch& batch, IndexRuns& out);

}  // namespace wallet
