// The log and the answers, held against the model in the order of positions.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/model/model.h"
#include "tests/model/view.h"
#include "tests/simulation/fact.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/problems.h"

namespace wallet::simulation {

// The events in the order of the log are the one order in which everything happened; an answer that
// names position P speaks of the state after event P. So each user's history is linearizable if
// every answer is right at its position, and no answer's position is below that of an answer that
// was given before the call was sent.
class LedgerWatch {
 public:
  // What the bank did that justifies a step from that substatus; empty, or what is missing.
  using Evidence = std::function<std::string(const Fact& fact, const std::string& from)>;

  LedgerWatch(const Journal& journal, Problems& problems, Evidence evidence)
      : journal_(journal), problems_(problems), evidence_(std::move(evidence)) {}

  // In order of positions; they are durable.
  void Add(Fact fact) { tail_.push_back(std::move(fact)); }
  // A call was answered; `durable` is the log's end.
  void OnAnswer(const Sent& sent, uint64_t durable);

  // Applies the events up to `position`, checking the answers between them.
  void AdvanceTo(uint64_t position);

  // As far as it has advanced.
  const model::Wallet& wallet() const { return wallet_; }
  // After each event, by its position less one: its transaction as clients saw it then.
  const std::vector<model::Transaction>& history() const { return history_; }
  int64_t last_stamp() const { return last_stamp_; }
  uint64_t position() const { return last_.position; }
  int64_t transactions() const { return transactions_; }
  int64_t withdrawals() const { return withdrawals_; }
  // Withdrawals that took the step, by the substatus it led to.
  const std::map<std::string, int64_t>& steps() const { return steps_; }
  int64_t open_withdrawals() const { return open_ + in_review_; }
  int64_t in_review() const { return in_review_; }
  // Charged minus paid, by currency: what all accounts must hold.
  const std::map<std::string, __int128>& totals() const { return totals_; }

 private:
  void CheckAnswers();
  void CheckOrder(const Sent& sent, uint64_t durable);
  void Apply(const Fact& fact);
  void ApplyCreated(const Fact& fact);
  void ApplyMoved(const Fact& fact);
  void CheckPlaces(const Sent& cause, const Fact& fact);
  const Sent* CauseOf(const Fact& fact) const;
  std::string JustifyMove(const Fact& fact, const std::string& from) const;
  void CheckParts(const Fact& fact, const std::string& currency);

  const Journal& journal_;
  Problems& problems_;
  Evidence evidence_;

  model::Wallet wallet_;
  std::vector<model::Transaction> history_;
  Fact last_;
  std::deque<Fact> tail_;
  std::multimap<uint64_t, const Sent*> answers_;  // by position; not checked yet
  // By (connection, user): the positions answered, by the numbers of the calls.
  std::map<std::pair<int64_t, int64_t>, std::map<int64_t, uint64_t>> order_;
  int64_t last_stamp_ = 0;
  int64_t transactions_ = 0;
  int64_t withdrawals_ = 0;
  std::map<std::string, int64_t> steps_;
  int64_t open_ = 0;  // not in review
  int64_t in_review_ = 0;
  std::map<int64_t, int64_t> user_stamps_;
  std::map<std::string, __int128> totals_;
};

}  // namespace wallet::simulation
