// What an operation must know from the index before it can run: asked on the shard, found out where
// waiting for the disk holds nobody up.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/index/index_reader.h"
#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"

namespace wallet {

using TransactionName = std::pair<UserId, TransactionId>;

// Any of the questions, or several; texts are its own.
struct IndexLookup {
  struct Key {
    UserId user;
    std::string key;
    uint64_t hash = 0;
  };
  // Of the user's ids 1 … last, all of which are in the index, those of the currency.
  struct Currency {
    UserId user;
    wallet::Currency currency;
    TransactionId last;
    std::optional<TransactionId> below;  // how many are below this one?
    int64_t from = 0, limit = 0;         // which ones are at these places?
  };

  std::optional<Key> key;
  std::vector<TransactionName> rows;  // each is in the index
  std::optional<Currency> currency;   // how many are there?
};

// Grows with each lookup, all of them at one position of the index.
struct IndexFindings {
  struct Key {
    std::optional<StoredTransaction> transaction;  // of that key, if there is one
  };
  struct Currency {
    int64_t count = 0;
    std::optional<int64_t> below;
    int64_t from = 0;
    std::vector<TransactionId> ids;  // at the places from `from` on
  };

  Position position;
  std::optional<Key> key;
  std::map<TransactionName, StoredTransaction> rows;
  std::optional<Currency> currency;
};

// Reads the disk. An error of the index (index_reader.h; kDataLoss when what must be there is not)
// leaves `findings` fit for nothing.
absl::Status Look(const IndexReader& index, const IndexLookup& lookup, IndexFindings& findings);

}  // namespace wallet
