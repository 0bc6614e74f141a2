// That the index has one key for each row, and that it leads there.
#pragma once

#include <cstdint>

#include "engine/index/index_reader.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/types.h"
#include "engine/verify/check_list.h"

namespace wallet {

// Of (hash of a key, user, id), in any order: equal sums of rows and of keys are the same ones.
class KeySum {
 public:
  void Add(uint64_t hash, UserId user, TransactionId id);
  bool operator==(const KeySum&) const = default;
  uint64_t count() const { return count_; }

 private:
  uint64_t count_ = 0;
  Digest sum_;
};

// Reads all keys in order. Only when they are not those of the rows is each looked for by itself.
void CheckIndexKeys(const IndexReader& index, const KeySum& rows, CheckList& list);

}  // namespace wallet
