#include "engine/index/index_writer.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/index/write_batch.h"

namespace wallet {

absl::Status IndexWriter::Write(const IndexBatch& batch, RunStop should_stop) {
  IndexRuns written(runs_, should_stop);
  std::optional<RowRoom> room(RowsOf(batch));
  absl::Status status = WriteTransactions(batch, hash_, *room, written);
  if (status.ok()) status = WriteKeys(*room, written);
  room.reset();
  if (status.ok()) status = WriteRanks(batch, written);
  if (!status.ok()) return status;
  return runs_.Commit(written.Take(), batch.position, runs_.view()->metadata());
}

}  // namespace wallet
