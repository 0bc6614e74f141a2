// A generation as the index takes it.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/generation.h"
#include "engine/index/index_batch.h"
#include "engine/index/index_reader.h"

namespace wallet {

// Of a generation that grows no more; any thread.
class GenerationSource final : public IndexSource {
 public:
  // `index` holds what came before the generation, and tells how many transactions of each currency
  // the users with several had by then: reads the disk for each of them. Errors are the index's.
  static absl::StatusOr<std::shared_ptr<const GenerationSource>> Make(
      std::shared_ptr<const Generation> generation, const IndexReader& index);

  uint64_t rows() const override { return generation_->row_count(); }
  uint64_t moves() const override { return generation_->move_count(); }
  uint64_t ranks() const override { return ranks_.size(); }

  void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const override {
    generation_->VisitRows(visit);
  }
  void PrefetchRow(uint64_t handle) const override {
    generation_->PrefetchRow(static_cast<uint32_t>(handle));
  }
  IndexedTransaction LoadRow(uint64_t handle) const override {
    const auto ref = static_cast<uint32_t>(handle);
    return {generation_->Encoded(ref), generation_->After(ref)};
  }
  void VisitMoves(absl::FunctionRef<void(const IndexedMove&)> visit) const override {
    generation_->VisitMoves(visit);
  }
  void VisitRanks(absl::FunctionRef<void(const IndexedRank&)> visit) const override {
    for (const IndexedRank& rank : ranks_) visit(rank);
  }

 private:
  explicit GenerationSource(std::shared_ptr<const Generation> generation)
      : generation_(std::move(generation)) {}

  const std::shared_ptr<const Generation> generation_;
  std::vector<IndexedRank> ranks_;
};

}  // namespace wallet
