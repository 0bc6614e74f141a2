#include "engine/bank/dispatch_actor.h"

#include <algorithm>
#include <utility>

#include "engine/bank/backoff.h"
#include "engine/bank/limits.h"
#include "engine/ledger/limits.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

void CheckOptions(const DispatcherOptions& options, std::string_view bank) {
  WALLET_CHECK(options.workers >= 1 && options.workers <= kMaxBankWorkers);
  WALLET_CHECK(options.max_attempts >= 1 && options.max_attempts <= kMaxBankAttempts);
  WALLET_CHECK(options.call_timeout_us >= 1 && options.call_timeout_us <= kMaxBankTimeoutUs);
  WALLET_CHECK(options.backoff_us >= 0 && options.backoff_us <= kMaxBackoffUs);
  WALLET_CHECK(!bank.empty() && bank.size() <= kMaxBankNameBytes);
}

}  // namespace

DispatchActor::DispatchActor(DispatcherOptions options, BankConnector& bank, WithdrawalSteps& steps,
                             Places& places, Executor& executor, Random& random)
    : options_(std::move(options)),
      bank_(bank),
      steps_(steps),
      places_(places),
      random_(random),
      mailbox_(executor) {
  CheckOptions(options_, bank_.name());
}

void DispatchActor::Add(Work work) {
  if (!queue_.Add(work)) return;
  mailbox_.address().Post([this] {
    queue_.Collect();
    Pump();
  });
}

void DispatchActor::Pump() {
  while (!stopping_ && !polling_hold_ &&
         (workers_used_ < options_.workers || WALLET_MUTANT("workers_unbounded")) &&
         !queue_.empty()) {
    if (options_.hold() && !WALLET_MUTANT("hold_ignored")) return PollHold();
    Begin(queue_.Pop());
  }
}

void DispatchActor::PollHold() {
  polling_hold_ = true;
  mailbox_.address().PostAfter(kHoldPollUs, [this] {
    polling_hold_ = false;
    Pump();
  });
}

void DispatchActor::Begin(Work work) {
  ++workers_used_;
  switch (work.next) {
    case Move::kAttempt:
      return Take(work, StepOf(work, BankStep::kBeginAttempt), &DispatchActor::OnAttemptBegun);
    case Move::kInquire:
    case Move::kSettle:
      return Take(work, StepOf(work, BankStep::kBeginInquiry), &DispatchActor::OnInquiryBegun);
    case Move::kGiveUp:
      OwnedAdvance step = StepOf(work, BankStep::kGiveUp);
      step.code = "other_bank";
      return Take(work, std::move(step), &DispatchActor::OnGivenUp);
  }
}

OwnedAdvance DispatchActor::StepOf(const Work& work, BankStep step) const {
  OwnedAdvance owned{.user = work.user,
                     .id = work.id,
                     .step = step,
                     .attempt = work.attempts,
                     .max_attempts = options_.max_attempts,
                     .can_resend = bank_.can_resend()};
  if (step != BankStep::kBeginAttempt) return owned;
  owned.bank = bank_.name();
  // One that is queued may be tried once more although the bound was lowered since its last
  // attempt: nothing of it was sent, so there would be nothing to review.
  owned.max_attempts = std::max(options_.max_attempts, work.attempts + 1);
  return owned;
}

void DispatchActor::Take(Work work, OwnedAdvance step, Settle settle) {
  ++steps_under_way_;
  steps_.Take(
      std::move(step), [address = mailbox_.address(), this, work, settle](StepResult result) {
        address.Post(
            [this, work, settle, result = std::move(result)] { OnDurable(work, result, settle); });
      });
}

void DispatchActor::OnDurable(Work work, const StepResult& result, Settle settle) {
  WALLET_CHECK(result.outcome == Outcome::kOk || result.outcome == Outcome::kIllegalTransition ||
               result.outcome == Outcome::kTransactionNotFound);
  --steps_under_way_;
  (this->*settle)(work, result);
  Pump();
  FinishStop();
}

void DispatchActor::OnAttemptBegun(Work work, const StepResult& result) {
  if (result.outcome != Outcome::kOk) {
    --workers_used_;
    return PutDown(work, result);
  }
  WALLET_CHECK(result.open && result.open->substatus == Substatus::kDispatching &&
               result.open->bank == bank_.name());
  work.attempts = result.open->attempts;
  if (grace_over_ && !WALLET_MUTANT("paid_after_grace")) return ReportUnsent(work);
  Pay(work, *result.open);
}

void DispatchActor::OnInquiryBegun(Work work, const StepResult& result) {
  if (result.outcome != Outcome::kOk) {
    --workers_used_;
    return PutDown(work, result);
  }
  WALLET_CHECK(result.open && result.open->substatus == Substatus::kInquiring);
  if (grace_over_) return;  // the next start asks
  Inquire(work, *result.open);
}

void DispatchActor::OnGivenUp(Work work, const StepResult& result) {
  --workers_used_;
  PutDown(work, result);
}

void DispatchActor::OnReported(Work work, const StepResult& result) {
  if (result.outcome != Outcome::kOk || !result.open) return PutDown(work, result);
  switch (result.open->substatus) {
    case Substatus::kQueued:     // nothing was sent
    case Substatus::kInquiring:  // nothing was found
      work.next = Move::kAttempt;
      return BackOff(work, work.attempts);
    case Substatus::kUnknown:
      work.next = Move::kInquire;
      queue_.Expect();
      return queue_.Ready(work);
    default:
      WALLET_CHECK(result.open->substatus == Substatus::kReview);
      return PutDown(work, result);
  }
}

void DispatchActor::BackOff(Work work, uint32_t tries) {
  if (WALLET_MUTANT("place_released_early")) places_.Release();
  queue_.Expect();
  mailbox_.address().PostAfter(BackoffUs(options_.backoff_us, tries, random_), [this, work] {
    queue_.Ready(work);
    Pump();
  });
}

void DispatchActor::PutDown(const Work& work, const StepResult& result) {
  if (!WALLET_MUTANT("place_leaked")) places_.Release();
  if (result.open) options_.on_review(work.user, work.id, ReviewReason(work, result));
}

std::string_view DispatchActor::ReviewReason(const Work& work, const StepResult& result) const {
  if (result.outcome != Outcome::kOk) return "somebody else moved it while it was at the bank";
  if (work.next == Move::kGiveUp) return "it was dispatched to a bank of another name";
  if (work.unclear_inquiries >= options_.max_attempts) {
    return "the bank gave no clear answer when asked about it";
  }
  if (work.next == Move::kSettle) {
    return "it was accepted before a restore and the bank does not know it";
  }
  if (!bank_.can_resend()) return "the bank does not know it and can't be sent it again";
  return "its attempts are used up and the bank does not know it";
}

void DispatchActor::Stop(int64_t grace_us, absl::AnyInvocable<void()> done) {
  mailbox_.address().Post(
      [this, grace_us, done = std::move(done)]() mutable { BeginStop(grace_us, std::move(done)); });
}

void DispatchActor::BeginStop(int64_t grace_us, absl::AnyInvocable<void()> done) {
  WALLET_CHECK(!stopping_);
  stopping_ = true;
  stopped_ = std::move(done);
  mailbox_.address().PostAfter(grace_us, [this] { EndGrace(); });
  FinishStop();
}

void DispatchActor::EndGrace() {
  grace_over_ = true;
  while (!calls_.empty()) {
    Abandon(calls_.begin()->first, "stopped", "the wallet stopped before the bank answered");
  }
  FinishStop();
}

void DispatchActor::FinishStop() {
  if (!stopped_ ||
      (!WALLET_MUTANT("stop_does_not_wait") && (!calls_.empty() || steps_under_way_ > 0)))
    return;
  auto done = std::exchange(stopped_, nullptr);
  done();
}

}  // namespace wallet
