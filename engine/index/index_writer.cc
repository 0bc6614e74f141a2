#include "engine/index/index_writer.h"

#include <memory>
#include <utility>
#include <vector>

#include "engine/index/write_batch.h"

namespace wallet {

IndexWriter::IndexWriter(RunSet& runs, const KeyHasher& hash) : runs_(runs), hash_(hash) {}
IndexWriter::~IndexWriter() = default;

// Batches are of about the same size. Room that the rows do not reach is no memory yet.
RowRoom& IndexWriter::RoomFor(uint64_t rows) {
  if (!room_ || room_->rows < rows || room_->rows / 4 > rows) {
    room_.reset();
    room_ = std::make_unique<RowRoom>(rows + rows / 4);
  }
  room_->first.SetSize(0);
  return *room_;
}

absl::Status IndexWriter::Write(const IndexBatch& batch, RunStop should_stop) {
  IndexRuns written(runs_, should_stop);
  RowRoom& room = RoomFor(RowsOf(batch));
  absl::Status status = WriteTransactions(batch, hash_, room, written);
  if (status.ok()) status = WriteKeys(room, written);
  if (status.ok()) status = WriteRanks(batch, written);
  if (!status.ok()) return status;
  return runs_.Commit(written.Take(), batch.position, runs_.view()->metadata());
}

}  // namespace wallet
