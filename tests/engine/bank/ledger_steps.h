// What a dispatcher needs of the engine, on a real ledger and a disk that can be watched.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/bank/dispatcher.h"
#include "engine/bank/mailbox.h"
#include "engine/ledger/ledger.h"
#include "wal/base/executor.h"

namespace wallet {

// What survives the process.
struct LedgerDisk {
  std::vector<std::string> events;
  Epoch epoch{0x1234567890};  // a restore changes it
};

// Applies steps at once and completes them when their events are durable, in order. One thread.
class LedgerSteps final : public WithdrawalSteps {
 public:
  // Replays what the disk holds.
  LedgerSteps(LedgerDisk& disk, Executor& executor);

  // A durable, queued withdrawal of `amount`, charged for before; so are all steps taken so far.
  TransactionId AddWithdrawal(UserId user, Amount amount = Amount(100));

  void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) override;

  // From now on steps become durable `delay_us` after they were taken, or only by MakeDurable.
  void set_delay_us(std::optional<int64_t> delay_us) { delay_us_ = delay_us; }
  // Makes the oldest step durable; false if there is none.
  bool MakeDurable();

  // A step that did not come from the dispatcher; durable at once.
  Outcome Operate(const Advance& advance);

  Ledger& ledger() { return ledger_; }
  Epoch epoch() const { return disk_.epoch; }
  // kQueued … while open, else kNone.
  Substatus SubstatusOf(UserId user, TransactionId id) const;
  // Everything open, in order.
  std::vector<OpenWithdrawal> Open() const;
  size_t pending() const { return pending_.size(); }
  // Those taken from the dispatcher, in order.
  const std::vector<BankStep>& steps() const { return steps_; }

 private:
  struct Pending {
    std::string event;  // empty: none
    absl::AnyInvocable<void(StepResult)> done;
    StepResult result;
  };

  Context MakeContext();
  template <class Command>
  void ExecuteDurably(const Command& command);

  LedgerDisk& disk_;
  Ledger ledger_;
  int64_t now_us_ = 1'700'000'000'000'000;
  std::optional<int64_t> delay_us_ = 0;
  std::deque<Pending> pending_;
  std::vector<BankStep> steps_;
  Mailbox mailbox_;
};

}  // namespace wallet
