// A small data directory with everything in it, made by hand: log, snapshots, index, archive. Each
// part can be made of other events than the rest, with checksums that are right all the same.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/directory.h"
#include "engine/index/index_batch.h"
#include "engine/ledger/event.h"
#include "engine/ledger/ledger.h"
#include "engine/verify/verify_directory.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/rocks_log.h"

namespace wallet::testing {

class StoredLedger {
 public:
  // An empty ledger.
  StoredLedger();

  // What happens next; `currency` as ISO names it. The events go nowhere until Log writes them.
  void Charge(int64_t user, int64_t amount, std::string_view currency = "USD",
              std::optional<int64_t> release_in_us = {});
  void Withdraw(int64_t user, int64_t amount);
  // The user's newest transaction, a withdrawal.
  void Move(int64_t user, Substatus to);
  // Charges with and without a release, withdrawals that are paid, fail or wait, two currencies.
  void Live(int events);

  std::vector<Event>& events() { return events_; }
  Position end() const { return Position(events_.size()); }

  // Writes what happened since the last time.
  void Log();
  // A record of one event with that payload.
  void LogRecord(std::string_view payload);
  void TrimLog(Position up_to);
  void Archive(Position up_to);
  // As of a record's end. `change`: what else is to happen to the state that is written down.
  using Change = std::function<void(Ledger&)>;
  void Snapshot(
      Position at, const Change& change = [](Ledger&) {});
  // Brings the index to `at`. `keep`: which events it is told of.
  using Keep = std::function<bool(const Event&)>;
  void Index(
      Position at, const Keep& keep = [](const Event&) { return true; });

  VerifyReport Verify(bool with_archive = false);

  std::string path(std::string_view name = "") const;  // in the data directory
  std::string archive_path() const { return temporary_.path() + "/archive"; }
  // Relative to the data directory, of every file that holds data.
  std::vector<std::string> Files() const;

 private:
  Event& Next(EventType type, int64_t user);
  std::string_view KeepText(std::string text) { return texts_.emplace_back(std::move(text)); }
  void WithLog(const std::function<void(RocksLog&)>& change);
  void Fill(Ledger& ledger, Position at) const;
  Sha256 HashAt(Position at) const;

  TempDir temporary_;
  FakeClock clock_;
  std::string chain_seed_;
  std::deque<std::string> texts_;  // which events point into
  std::vector<Event> events_;
  std::map<int64_t, int64_t> last_ids_;
  size_t logged_ = 0;
};

// The names of the checks that found a difference.
std::vector<std::string> Differing(const VerifyReport& report);
// All sentences about differences, one a line.
std::string Sentences(const VerifyReport& report);

}  // namespace wallet::testing
