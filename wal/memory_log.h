// The log's twin in memory, for tests and simulation: it can lose, fail, delay and fence.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "wal/log.h"
#include "wal/record.h"

namespace wallet {

// What a "disk" holds; it outlives the logs opened on it.
struct MemoryLogDisk {
  struct Record {
    Position first;
    std::string bytes;  // as wal/record.h encodes it
  };
  std::deque<Record> records;
  Position begin;       // trimmed up to here
  Sha256 begin_hash{};  // of the record that ends there
  // A trim lets go of nothing, as is allowed: for tests that replay from the beginning.
  bool keeps_everything = false;
};

// Threads as log.h says. What is asked of it beyond that: on the thread that appends.
class MemoryLog final : public Log {
 public:
  enum class Fault : uint8_t {
    kLost,     // the append fails and the record is not there
    kWritten,  // the append fails although the record is there
  };

  // A disk with an empty log.
  static std::shared_ptr<MemoryLogDisk> NewDisk(std::string_view chain_seed = "memory");
  // With one whose first record will be at `first` and carry that hash.
  static std::shared_ptr<MemoryLogDisk> NewDisk(const RecordLink& first);

  // What an earlier log on the disk acknowledged, or wrote, is there.
  explicit MemoryLog(std::shared_ptr<MemoryLogDisk> disk);

  void Append(Position expected_end, uint32_t count, std::span<const std::string_view> parts,
              AppendDone done) override;
  Position end() const override { return Position(end_.load(std::memory_order_acquire)); }
  Position begin() const override { return Position(begin_.load(std::memory_order_acquire)); }
  Sha256 end_hash() const override { return end_hash_; }
  absl::Status Read(Position after,
                    absl::FunctionRef<absl::Status(const RecordView&)> visit) override;
  absl::Status Trim(Position up_to) override;

  // The append after `appends` more successful ones fails.
  void FailAfter(int appends, Fault fault);
  // Appends stay under way, not durable and lost with the log, until CompleteNext.
  void Defer() { deferring_ = true; }
  // Makes the oldest append under way durable and runs its `done`; false if there is none.
  bool CompleteNext();
  // Another writer takes the log over: later appends are fenced.
  void Fence() { fenced_ = true; }

 private:
  struct Pending {
    MemoryLogDisk::Record record;
    Position last;
    Sha256 hash{};
    AppendDone done;
  };

  // What the append must answer without being written; nullopt when it may go on.
  std::optional<absl::Status> Refusal(Position expected_end);
  void Complete(Pending pending);
  void Keep(MemoryLogDisk::Record record);
  // A copy of the record that holds this event, which was durable; kOutOfRange when it was trimmed.
  absl::StatusOr<MemoryLogDisk::Record> RecordWith(Position event);

  std::mutex disk_mutex_;  // what is on the disk; held for no longer than a copy takes
  std::shared_ptr<MemoryLogDisk> disk_;
  std::atomic<uint64_t> end_{0};
  std::atomic<uint64_t> begin_{0};
  Position appended_;   // the end once all appends under way are durable
  Sha256 last_hash_{};  // of the newest append
  Sha256 end_hash_{};   // of the newest one that is durable
  std::deque<Pending> pending_;
  bool deferring_ = false;
  bool fenced_ = false;
  bool failed_ = false;
  std::optional<int> fail_after_;
  Fault fault_ = Fault::kLost;
};

}  // namespace wallet
