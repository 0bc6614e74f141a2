#include "engine/index_readers.h"

#include <utility>

namespace wallet {

void IndexReaders::Look(IndexReader index, IndexLookup lookup,
                        std::shared_ptr<IndexFindings> findings, Done done) {
  Executor& executor = *executors_[next_.fetch_add(1) % executors_.size()];
  executor.Post(
      [index = std::move(index), lookup = std::move(lookup), findings = std::move(findings),
       done = std::move(done)]() mutable { done(wallet::Look(index, lookup, *findings)); });
}

}  // namespace wallet
