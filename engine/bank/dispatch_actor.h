// The dispatcher's inside: one withdrawal after the other, step by step, on one executor.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "engine/bank/connector.h"
#include "engine/bank/dispatcher.h"
#include "engine/bank/mailbox.h"
#include "engine/bank/places.h"
#include "engine/bank/work_queue.h"
#include "wal/base/executor.h"
#include "wal/base/random.h"

namespace wallet {

// A withdrawal is always in exactly one of three hands: the queue's (ready, or backing off), the
// engine's (a step on its way to the disk) or the bank's (a call under way). Where it leaves them
// for good, PutDown gives its place back.
class DispatchActor {
 public:
  DispatchActor(DispatcherOptions options, BankConnector& bank, WithdrawalSteps& steps,
                Places& places, Executor& executor, Random& random);

  // Any thread.
  void Add(Work work);
  void Stop(int64_t grace_us, absl::AnyInvocable<void()> done);
  int64_t queue_length() const { return queue_.length(); }
  int64_t busy() const { return busy_.load(std::memory_order_relaxed); }
  const BankConnector& bank() const { return bank_; }
  Epoch epoch() const { return options_.epoch; }

 private:
  using Settle = void (DispatchActor::*)(Work, const StepResult&);

  struct Call {
    Work work;
    bool is_payment;
  };

  // dispatch_actor.cc: from the queue to the engine and back.

  // Begins moves while workers are free.
  void Pump();
  void PollHold();
  void Begin(Work work);
  // Has the step made durable, then calls `settle` with its result.
  void Take(Work work, OwnedAdvance step, Settle settle);
  void OnDurable(Work work, const StepResult& result, Settle settle);
  OwnedAdvance StepOf(const Work& work, BankStep step) const;
  void OnAttemptBegun(Work work, const StepResult& result);
  void OnInquiryBegun(Work work, const StepResult& result);
  void OnGivenUp(Work work, const StepResult& result);
  // The bank's words are recorded: goes on as the ledger says.
  void OnReported(Work work, const StepResult& result);
  void BackOff(Work work, uint32_t tries);
  void PutDown(const Work& work, const StepResult& result);
  std::string_view ReviewReason(const Work& work, const StepResult& result) const;
  void BeginStop(int64_t grace_us, absl::AnyInvocable<void()> done);
  void EndGrace();
  // Runs the stop's `done` when nothing is under way any more. The last thing a task does.
  void FinishStop();

  // dispatch_calls.cc: to the bank and back.

  void Pay(Work work, const OpenWithdrawal& open);
  void Inquire(Work work, const OpenWithdrawal& open);
  // Starts the call's time limit, too.
  uint64_t StartCall(Work work, bool is_payment);
  // Frees the worker. Empty if the call has ended before: of its answer, its time limit and the
  // stop the first one counts.
  std::optional<Work> EndCall(uint64_t token);
  // The call ends without an answer.
  void Abandon(uint64_t token, std::string_view code, std::string_view message);
  void OnPayAnswer(uint64_t token, const PayAnswer& answer);
  void OnInquiryAnswer(uint64_t token, const InquiryAnswer& answer);
  void AfterUnclearInquiry(Work work, const InquiryAnswer& answer);
  void AfterNotFound(Work work, const InquiryAnswer& answer);
  void ReportUnsent(Work work);

  const DispatcherOptions options_;
  BankConnector& bank_;
  WithdrawalSteps& steps_;
  Places& places_;
  Random& random_;

  WorkQueue queue_;
  std::atomic<int64_t> busy_{0};  // calls_.size()

  // Only on the executor.
  std::map<uint64_t, Call> calls_;  // by token: one per call, never used again
  uint64_t next_token_ = 1;
  int64_t workers_used_ = 0;     // each from a move's first step to the bank's answer
  int64_t steps_under_way_ = 0;  // taken and not yet durable
  bool polling_hold_ = false;
  bool stopping_ = false;
  bool grace_over_ = false;
  absl::AnyInvocable<void()> stopped_;

  Mailbox mailbox_;  // the last member: closed before anything else goes
};

}  // namespace wallet
