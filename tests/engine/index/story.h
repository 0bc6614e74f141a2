// What happened to some users, told event by event: as batches for the index, and as the plain
// model that the index is held against.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/index/index_batch.h"
#include "engine/index/index_reader.h"
#include "engine/ledger/event.h"

namespace wallet::testing {

// What a charge or withdrawal may have besides an amount.
struct Extras {
  std::string_view currency = "USD";
  int64_t amount = 100;
  std::optional<Instant> release_at;
  std::optional<std::string_view> destination;
  std::optional<std::string_view> description;
};

// One thread. Keys are "<user>-<id>" behind `key_prefix`.
class Story {
 public:
  explicit Story(std::string key_prefix = "key-") : key_prefix_(std::move(key_prefix)) {}

  TransactionId Charge(int64_t user, const Extras& extras = {});
  TransactionId Withdraw(int64_t user, const Extras& extras = {});
  void Move(int64_t user, TransactionId id, Substatus to);

  // How many events there are.
  size_t size() const { return told_.size(); }
  const Event& event(size_t i) const { return told_[i].event; }
  // The events from … to − 1, of two shards, in two sources each. The story outlives it.
  IndexBatch Batch(size_t from, size_t to) const;
  IndexBatch Batch(size_t from = 0) const { return Batch(from, size()); }

  // The model: each user's transactions as they are now, the first is number 1.
  const std::map<int64_t, std::vector<Transaction>>& users() const { return users_; }
  std::vector<Transaction> Of(int64_t user, Currency currency) const;

  // The balance that the transaction was told with: any, as long as it comes back.
  static Balance AfterOf(const Transaction& transaction);

  struct Told {
    Event event;
    std::vector<IndexedRank> ranks;
    Balance after;
  };

 private:
  Event NewEvent(EventType type, int64_t user, TransactionId id, const Extras& extras);
  TransactionId Tell(const Event& event);
  std::vector<IndexedRank> RanksWith(const Event& event) const;
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  const std::string key_prefix_;
  std::deque<std::string> texts_;
  std::vector<Told> told_;
  std::map<int64_t, std::vector<Transaction>> users_;
  std::map<std::pair<int64_t, TransactionId>, uint32_t> attempts_;  // of withdrawals
};

// Everything that `reader` can be asked about the story's users, and some others: the error of the
// first call that failed; kInternal when one answered something else than the model.
absl::Status Compare(const IndexReader& reader, const Story& story);

}  // namespace wallet::testing
