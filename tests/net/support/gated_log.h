// A log in memory whose appends become durable only while its gate is open.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "wal/memory_log.h"

namespace wallet {

// Open at first. Any thread may move the gate.
class GatedLog final : public Log {
 public:
  void Shut() {
    std::lock_guard lock(mutex_);
    shut_ = true;
  }

  // The append that waits, if one does, becomes durable before this returns.
  void Open() {
    std::optional<Held> held;
    {
      std::lock_guard lock(mutex_);
      shut_ = false;
      held.swap(held_);
    }
    if (held) Forward(*std::move(held));
  }

  // Until an append waits at the gate.
  void AwaitHeld() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_.has_value(); });
  }

  void Append(Position expected_end, uint32_t count, std::span<const std::string_view> parts,
              AppendDone done) override {
    std::unique_lock lock(mutex_);
    if (!shut_) {
      lock.unlock();
      return log_.Append(expected_end, count, parts, std::move(done));
    }
    std::string payload;
    for (const std::string_view part : parts) payload.append(part);
    held_ = Held{expected_end, count, std::move(payload), std::move(done)};
    changed_.notify_all();
  }

  Position end() const override { return log_.end(); }
  Position begin() const override { return log_.begin(); }
  Sha256 end_hash() const override { return log_.end_hash(); }
  absl::Status Read(Position after,
                    absl::FunctionRef<absl::Status(const RecordView&)> visit) override {
    return log_.Read(after, visit);
  }
  absl::Status Trim(Position up_to) override { return log_.Trim(up_to); }

 private:
  struct Held {
    Position expected_end;
    uint32_t count;
    std::string payload;
    AppendDone done;
  };

  // `done` may make the engine append from its own thread: only once this append has returned.
  void Forward(Held held) {
    const std::string_view parts[] = {held.payload};
    absl::Status status;
    log_.Append(held.expected_end, held.count, parts,
                [&](absl::Status answer) { status = std::move(answer); });
    held.done(std::move(status));
  }

  MemoryLog log_{MemoryLog::NewDisk()};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
  std::optional<Held> held_;
};

}  // namespace wallet
