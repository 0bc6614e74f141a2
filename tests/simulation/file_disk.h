// The simulated disk of everything stored beside the log: it fails, loses its power, loses what was
// not synced, runs full and rots.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/core.h"
#include "tests/support/memory_files.h"
#include "wal/base/position.h"

namespace wallet::simulation {

// It outlives the wallet's processes. Not for a task of the wallet, but for files().
class FileDisk {
 public:
  explicit FileDisk(Core& core);

  FileSystem& files() { return files_; }
  std::string snapshots() const { return "/data/snapshots"; }
  std::string index() const { return "/data/index"; }
  std::string archive() const { return "/data/archive"; }
  std::string ledger_file() const { return "/data/LEDGER"; }
  std::string backups() const { return "/backups"; }
  // Before the first start: durable.
  void PutLedgerFile(const std::string& bytes) { files_.Put(ledger_file(), bytes); }

  // Before a start from a log that begins behind `log_begin`: damages a snapshot at times, but
  // never the last that a start needs, and decides which operation fails next and where the power
  // goes.
  void OnStart(Position log_begin);
  // After each task of the wallet: whether the power went.
  bool power_is_off();
  // The process is dying: nothing that it does from now on reaches the disk.
  void OnDeath();
  // It is gone: with the power at times, which takes what was not synced.
  void OnEnd();
  void SetFull(bool full);
  // A bit of one of the index's runs is another, until all are mended.
  void RotIndex(SimRandom& random);
  void MendIndex();
  // From now on nothing fails.
  void Heal();

  // Whether an operation failed since the last start, or the power went.
  bool Disturbed() { return MayFail(failures_at_start_); }
  // Whether what was begun when so many had failed need not succeed.
  bool MayFail(int64_t failures) {
    return Failures() > failures || files_.crashed() || !mends_.empty();
  }
  // How many operations have failed by themselves, or because of a bit that was another.
  int64_t Failures();
  int64_t rots() const { return rots_; }

  // The snapshots that nobody damaged. No operation on the disk.
  std::set<Position> Sound() const;
  // Whether one that was damaged still has its name: a start could not rename it.
  bool KeepsRotten() const { return Sound().size() < Contents().size(); }
  std::string PathOf(Position snapshot) const;

 private:
  // A snapshot's position and the hash of what is under its name.
  using Content = std::pair<Position, uint64_t>;

  std::vector<Content> Contents() const;
  void Rot(Position log_begin);
  std::string RotOf(std::string bytes, const std::string& other);
  void Arm();

  Core& core_;
  SimRandom random_;
  FileKnobs knobs_;
  MemoryFiles files_;
  std::set<Content> rotten_;
  uint64_t fail_at_ = 0;  // 0: never
  int64_t failures_ = 0;
  int64_t failures_at_start_ = 0;
  bool power_is_off_ = false;  // when the process began to die
  int64_t rots_ = 0;
  std::vector<std::function<void()>> mends_;  // of the index
};

}  // namespace wallet::simulation
