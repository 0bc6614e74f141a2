// The index against the log: what happened must be what is remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/index/index_reader.h"
#include "engine/index/row_format.h"
#include "engine/ledger/event.h"
#include "engine/verify/check_list.h"

namespace wallet {

// Takes the events up to the index's position, in order, and looks each up: some millions together,
// sorted, in one pass over the rows. Memory: some 140 bytes an event of these, and 50 for each
// withdrawal in all.
class IndexLogCheck {
 public:
  // `index` and `list` outlive it. Makes its row of the report.
  IndexLogCheck(const IndexReader& index, CheckList& list);

  // `after`: the account's balance after the event, if it is known.
  void Add(const Event& event, const EncodedEvent& encoded, const std::optional<Balance>& after);
  // After the last event.
  void Finish();
  // Instead of Finish.
  void GiveUp(std::string_view why) { check_.Skip(why); }

 private:
  struct Noted {
    RunKey key;
    size_t offset;  // in bytes_
    size_t size;
    Instant base;
    std::optional<Balance> after;
  };
  // Where a withdrawal was last, as the log tells.
  struct Moved {
    Substatus substatus;
    Instant at;
    uint64_t words;  // hash of a failure's code and message
  };
  using Name = std::pair<UserId, TransactionId>;

  void Flush();
  void CheckRow(const Noted& noted, const std::string_view* value);
  void CheckMoves();
  void CheckMove(RunKey key, const Moved& moved, const std::string_view* value);
  void Differ(RunKey key, std::string_view what);

  const IndexReader& index_;
  CheckList& list_;
  Check& check_;
  std::string bytes_;
  std::vector<Noted> noted_;
  absl::flat_hash_map<Name, Moved> moved_;
};

}  // namespace wallet
