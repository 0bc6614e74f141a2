// The log on a simulated disk: it takes its time, fails, and loses what was not synced.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "tests/simulation/core.h"
#include "wal/log.h"

namespace wallet::simulation {

// What survives the process.
struct LogDisk {
  struct Record {
    Position first;
    uint32_t count = 0;
    std::string bytes;  // as wal/record.h encodes it
    Sha256 hash{};
    Position last() const { return Position(first.value() + count - 1); }
  };
  LogDisk();

  const Sha256& last_hash() const { return records.empty() ? genesis : records.back().hash; }
  Position end() const { return records.empty() ? Position(0) : records.back().last(); }

  Sha256 genesis{};
  std::deque<Record> records;  // durable; those that were trimmed stay here for the auditor
  size_t trimmed = 0;          // so many of them
  Position begin;              // where the last of these ends
  Sha256 begin_hash{};
};

// An append is on its way, then written, then synced: only then it is acknowledged and durable. One
// thread, as everything here.
class SimLog final : public Log {
 public:
  // `on_durable` runs before an append is acknowledged.
  SimLog(Core& core, LogDisk& disk, SimRandom random, std::function<void()> on_durable);

  void Append(Position expected_end, uint32_t count, std::span<const std::string_view> parts,
              AppendDone done) override;
  Position end() const override { return disk_.end(); }
  Position begin() const override { return whole_ ? Position(0) : disk_.begin; }
  Sha256 end_hash() const override { return disk_.last_hash(); }
  absl::Status Read(Position after,
                    absl::FunctionRef<absl::Status(const RecordView&)> visit) override;
  absl::Status Trim(Position up_to) override;

  // The process ends: each append that is not durable survives whole or is gone, and with it all
  // behind it. The log is of no use afterwards.
  void Crash();
  // From now on it begins at the beginning, whatever was trimmed: for an audit.
  void ShowWhole() { whole_ = true; }
  // The next Read dies after so many records.
  void FailReadAfter(int64_t records) { read_left_ = records; }
  // The start is over: what is read from now on is read beside the appends, from where it is asked
  // for.
  void Serve() {
    read_left_ = INT64_MAX;
    serving_ = true;
  }
  // From now on one of the records that Read sees is not what was written: some bits are others,
  // its end is missing, it is lost, or something else was written in its place. False if there is
  // none whose damage a log alone can show.
  bool Rot();
  // From now on the disk is quick and nothing fails.
  void Heal();

 private:
  struct Pending {
    LogDisk::Record record;
    int64_t written_us = 0;  // from then on it may survive
    absl::Status status;     // what it will be answered
    bool due = false;
    AppendDone done;
  };

  std::string RotOf(const LogDisk::Record& record, bool last);
  void Draw(Pending& pending);
  void CompleteDue();
  void Complete(Pending pending);

  Core& core_;
  LogDisk& disk_;
  SimRandom random_;
  LogKnobs knobs_;
  std::function<void()> on_durable_;
  Scheduler::ActorRef actor_;
  std::deque<Pending> pending_;
  std::deque<Pending> limbo_;  // answered with an error; may be there after the next start
  Position appended_;
  Sha256 last_hash_{};
  int64_t due_us_ = 0;
  int64_t read_left_ = INT64_MAX;
  const LogDisk::Record* rotten_ = nullptr;
  std::string rot_;  // what is read in its place; empty: it is lost
  bool failed_ = false;
  bool whole_ = false;
  bool serving_ = false;
};

}  // namespace wallet::simulation
