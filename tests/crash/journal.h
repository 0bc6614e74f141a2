// What the test was told: every write it sent and every answer it got.
//
// Whatever an answer has said must be true for ever; the journal holds the server to it. What is
// found wrong is collected in problems(), each one a sentence.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/crash/request.h"

namespace wallet::crash {

struct Record {
  Request request;
  int tries = 0;
  int under_way = 0;   // tries not ended yet
  int unanswered = 0;  // tries of this life of the server whose answer was lost
  int accepted = 0;    // tries answered ok
  // The newest sight of its transaction in any answer: from then on it must exist.
  std::optional<client::Transaction> seen;

  // Neither surely there nor surely not.
  bool open() const { return !seen && (unanswered > 0 || under_way > 0); }
};

// Any thread.
class Journal {
 public:
  Journal() = default;
  // All that it knows; `other` must stand still.
  Journal(const Journal& other);

  // Before the request is sent: afterwards it may be in the ledger. A request with the key of an
  // earlier one must be the same request.
  void Sending(const Request& request);
  // The end of that try.
  void Ended(const Request& request, const client::WriteAnswer& answer);
  // The end of a try with the key of a transaction already seen, but another amount.
  void EndedReuse(const Request& request, const client::WriteAnswer& answer);

  // In the answer to a read.
  void Saw(const client::Transaction& transaction);
  void Saw(const client::Balance& balance);

  // After a restart: what is in the ledger of one user, ids ascending, all of it. Tells what is
  // missing, invented or changed.
  void Audit(int64_t user, const std::vector<client::Transaction>& ledger);

  // After the audits: requests whose answer was lost. They are settled by being sent again.
  std::vector<Request> Unsettled() const;
  // The tries of the server's earlier lives are over: what was not there at the audit will not
  // come.
  void ForgetLostTries();

  // Of all users, those whose transaction is surely in the ledger.
  std::vector<Request> Accepted() const;
  // The request, if its transaction is surely in the ledger.
  std::optional<Request> IfAccepted(const Request& request) const;
  std::vector<int64_t> Users() const;
  // Every (transaction, balance) that answered a write as accepted, of one user.
  std::vector<std::pair<client::Transaction, client::Balance>> AcceptedAnswers(int64_t user) const;

  // How often each answer was given, "ok 812, outcome_unknown 64 …": for a look at what a run did.
  std::string Summary() const;

  void Problem(std::string problem);
  std::vector<std::string> problems() const;

 private:
  using Key = std::pair<int64_t, std::string>;

  void SawLocked(Record& record, const client::Transaction& transaction);
  void ProblemLocked(std::string problem);
  Record* Find(int64_t user, const std::string& key);
  const Record* Find(int64_t user, const std::string& key) const;

  mutable std::mutex mutex_;
  std::map<Key, Record> records_;
  std::map<int64_t, std::vector<std::pair<client::Transaction, client::Balance>>> answers_;
  std::map<std::string, int64_t> counts_;  // of answers, by code
  std::vector<std::string> problems_;
};

}  // namespace wallet::crash
