#include "engine/segment.h"

#include "wal/base/check.h"

namespace wallet {

void Segment::Mark(std::shared_ptr<Cut> cut) {
  WALLET_CHECK(empty());
  marker_ = std::move(cut);
}

void Segment::Release(Position before) {
  for (const Range& range : ranges_) {
    for (size_t i = range.begin; i < range.end; ++i) {
      Position& position = range.batch->results[i].position;
      WALLET_CHECK(position <= relative());
      position = Position(before.value() + position.value());
    }
  }
  CompleteAll();
}

void Segment::Fail() {
  for (const auto& batch : batches_) RefuseAll(*batch, Outcome::kOutcomeUnknown);
  CompleteAll();
}

void Segment::CompleteAll() {
  ranges_.clear();
  for (auto& batch : batches_) {
    pending_->fetch_sub(static_cast<int64_t>(batch->operations.size()), std::memory_order_relaxed);
    CompleteBatch(std::move(batch));
  }
  batches_.clear();
}

void RefuseAll(Batch& batch, Outcome outcome) {
  batch.results.clear();
  batch.results.resize(batch.operations.size());
  for (Result& result : batch.results) result.outcome = outcome;
}

}  // namespace wallet
