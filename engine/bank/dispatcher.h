// Works withdrawals off: sends them to the bank, asks about unclear ones, and ends them.
//
// The dispatcher decides when; what a bank's answer means for the money is decided by the ledger's
// state machine (Advance). Every step is durable before the next is taken, so whatever is lost with
// the process is found again by recovery.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "engine/bank/connector.h"
#include "engine/bank/places.h"
#include "engine/ledger/ledger.h"
#include "wal/base/executor.h"
#include "wal/base/random.h"

namespace wallet {

// An Advance that owns its texts.
struct OwnedAdvance {
  UserId user;
  TransactionId id;
  BankStep step = BankStep::kBeginAttempt;
  uint32_t attempt = 0;
  uint32_t max_attempts = 0;
  bool can_resend = true;
  std::string bank, code, message;

  Advance View() const;
};

struct StepResult {
  Outcome outcome = Outcome::kOk;
  // As it is after the step; absent when it has ended, or never was.
  std::optional<OpenWithdrawal> open;
};

// What the dispatcher needs of the engine. `done` runs once the step is durable, on any thread;
// never after the engine's log has failed. Bank steps are never refused for overload or disk space.
class WithdrawalSteps {
 public:
  virtual ~WithdrawalSteps() = default;
  virtual void Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) = 0;
};

struct DispatcherOptions {
  int64_t workers = 50;                  // bank calls at the same time; 1 … kMaxBankWorkers
  uint32_t max_attempts = 3;             // 1 … kMaxBankAttempts
  int64_t call_timeout_us = 10'000'000;  // 1 … kMaxBankTimeoutUs
  int64_t backoff_us = 1'000'000;        // doubles per attempt, ±20 % jitter; 0 … kMaxBackoffUs
  // The ledger's present one. Withdrawals of another were accepted before a restore.
  Epoch epoch;

  // While it answers true nothing is begun, neither attempt nor inquiry; what is under way ends.
  // For a disk that is nearly full, and after a restore. Called on the executor, before every move.
  std::function<bool()> hold = [] { return false; };
  // A withdrawal has been put down without proof: it waits in review for an operator. `reason` is a
  // sentence of static storage. Called on the executor; must not block.
  std::function<void(UserId, TransactionId, std::string_view reason)> on_review =
      [](UserId, TransactionId, std::string_view) {};
};

class DispatchActor;

class Dispatcher {
 public:
  // Everything passed in must outlive the dispatcher; its work runs on `executor`.
  Dispatcher(DispatcherOptions options, BankConnector& bank, WithdrawalSteps& steps, Places& places,
             Executor& executor, Random& random);
  // On the executor, or when that was stopped. Calls and steps under way may still be answered
  // later, or never; nobody listens.
  ~Dispatcher();

  // A withdrawal that is durable and queued, and owns a place. Any thread.
  void Enqueue(UserId user, TransactionId id);

  // A withdrawal found open at start, before any Enqueue; the caller has adopted its place unless
  // it is in review (then this does nothing). Never dispatched: queued. Dispatched without an
  // outcome: inquired first. Dispatched to a bank of another name: to review. Accepted before a
  // restore: inquired first even when it is queued, never sent, and to review when the bank does
  // not know it.
  void Recover(const OpenWithdrawal& withdrawal);

  // Begins no new attempt or inquiry; calls under way may end until `grace_us` have passed, then
  // they are recorded as unclear. `done` runs on the executor when every step is durable. Once.
  void Stop(int64_t grace_us, absl::AnyInvocable<void()> done);

  // Waiting for a worker, or for the end of a backoff; the recovered backlog included. Any thread.
  int64_t queue_length() const;
  // Bank calls under way. Any thread.
  int64_t busy() const;

 private:
  std::unique_ptr<DispatchActor> actor_;
};

}  // namespace wallet
