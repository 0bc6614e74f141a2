// One ledger directory, its servers one after the other, and what they have answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "net/client/client.h"
#include "tests/crash/journal.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet::crash {

// Small bounds, so that everything happens in a short script.
std::vector<std::string> TrialFlags();

class Trial {
 public:
  // A ledger yet to be made, with servers of these flags.
  explicit Trial(std::vector<std::string> flags = TrialFlags());
  // A copy of another's directory and journal; no server of it may be running.
  Trial(const Trial& other);
  // The same journal, for the ledger that a copy of `directory` is; its servers get more flags.
  Trial(const Trial& other, const std::string& directory, const std::vector<std::string>& flags);

  const std::string& directory() const { return directory_; }
  // What that is in, with the backup sets.
  const std::string& home() const { return dir_.path(); }
  Journal& journal() { return journal_; }
  Walletd& server() { return *server_; }
  client::Client& client() { return *client_; }
  bool running() const { return server_ != nullptr; }

  // The error of a server that does not come to serve says how it ended.
  absl::Status Start(const Surroundings& surroundings = {});

  // Runs the script, and waits until what it has set going is done: withdrawals have ended, a
  // snapshot is there, and the log archived up to it (or a failure alarmed). Then has it make a
  // backup set, which shares with the one before; whatever becomes of that, a set that is there is
  // whole. Ends early when the server does.
  void Work();

  // What is there is what was answered; if so, the bank's book says the same. Problems go to the
  // journal.
  void Audit();
  // The same, without the bank's book.
  void AuditLedgerAlone();

  // SIGTERM; the exit code.
  int Stop();
  // The exit code of a server that ends by itself, else of the kill.
  int End();

  // A server of no particular surroundings is started, says what its predecessors have answered,
  // takes what was lost again, works on, and stops in order. Everything else is a problem.
  void Recover();

  // Of the journal, one a line; empty is well.
  std::string Problems() const;

  // The name of the newest whole snapshot, and of the archive's newest segment; empty: none.
  std::string NewestSnapshot() const { return Newest("snapshots"); }
  std::string NewestSegment() const { return Newest("archive"); }

 private:
  // How far the work behind the answers has come.
  struct Behind {
    std::string snapshot;
    std::string segment;
    size_t alarms = 0;
  };
  Behind LookBehind() const;
  bool Settled(const Behind& before);
  std::string Newest(const std::string& folder) const;
  void MakeSet();

  const std::vector<std::string> flags_;
  TempDir dir_;
  const std::string directory_;
  Journal journal_;
  int scripts_ = 0;
  std::string set_;      // the newest that is there
  std::string set_end_;  // how the last attempt ended
  std::unique_ptr<Walletd> server_;
  std::unique_ptr<client::Client> client_;
};

// How often `what` stands in `text`.
size_t CountOf(std::string_view what, std::string_view text);

}  // namespace wallet::crash
