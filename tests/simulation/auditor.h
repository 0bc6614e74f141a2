// Holds everything the wallet does against everything it said.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/engine.h"
#include "tests/simulation/bank_watch.h"
#include "tests/simulation/core.h"
#include "tests/simulation/fact.h"
#include "tests/simulation/file_disk.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/ledger_watch.h"
#include "tests/simulation/sim_log.h"

namespace wallet::simulation {

class Auditor {
 public:
  Auditor(Core& core, LogDisk& disk, FileDisk& files);

  BankWatch& bank_watch() { return banks_; }
  const BankWatch& bank_watch() const { return banks_; }
  const Journal& journal() const { return journal_; }
  // As far as all answers that are still to come allow; at the log's end when none is.
  const LedgerWatch& ledger() const { return ledger_; }
  const std::vector<model::Transaction>& history() const { return ledger_.history(); }
  void AddBook(const Book& book) { books_.push_back(&book); }

  // The log has grown.
  void OnDurable();
  Sent& OnSend(Sent sent);
  // `sent` with its answer and times.
  void OnAnswer(Sent& sent);
  void OnLost(Sent& sent) { journal_.Lost(sent); }
  void OnAbandoned(Sent& sent) { journal_.Abandoned(sent); }

  // The process has ended, all its calls were told so: the log against the model, the model against
  // every answer, the books against the log, and two replays against each other.
  void OnEnd();
  // A snapshot has got its name.
  void OnSnapshot(const SnapshotTaken& taken);
  int64_t snapshots() const { return snapshots_; }
  // A process has recovered and done nothing yet.
  void OnStart(const Engine& engine);
  // A process has stopped in order.
  void OnStopped(const Engine& engine);
  // The end of the log is audited, and all calls are answered.
  bool caught_up() const { return ledger_.position() == disk_.end().value(); }
  // Names what should have ended by now.
  void ReportUnfinished();
  // Nothing is under way any more.
  void AtRest(const Engine& engine);

 private:
  void Replay();
  void ReplayFromSnapshot();
  void ReadArchive();
  void CheckQueueFull(const Sent& sent);

  Core& core_;
  LogDisk& disk_;
  FileDisk& files_;
  SimRandom random_;
  FactReader reader_;
  Journal journal_;
  BankWatch banks_;
  LedgerWatch ledger_;
  std::vector<const Book*> books_;
  uint64_t replayed_ = UINT64_MAX;  // the log's end at the last replay
  Digest digest_;                   // of that replay
  std::optional<Digest> live_;      // of a process that stopped in order
  int64_t snapshots_ = 0;
};

}  // namespace wallet::simulation
