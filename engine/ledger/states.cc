#include "engine/ledger/states.h"

#include "wal/base/mutant.h"

namespace wallet {
namespace {

constexpr Transition kIllegal{.outcome = Outcome::kIllegalTransition};

bool In(const OpenWithdrawal& withdrawal, Substatus substatus) {
  return withdrawal.substatus == substatus;
}

// Accepted before a restore. What became of it between the restored position and the restore was
// known only to what is lost: even a queued one may have been paid.
bool IsOfEarlierLife(const OpenWithdrawal& withdrawal, Epoch epoch) {
  return withdrawal.epoch != epoch;
}

bool MayTryAgain(const OpenWithdrawal& withdrawal, const Advance& advance) {
  return withdrawal.attempts <
         advance.max_attempts + (WALLET_MUTANT("one_attempt_too_many") ? 1 : 0);
}

// A bank that may know the reference is the only one that can see it as the same payment.
bool MayRepeatReference(const OpenWithdrawal& withdrawal, const Advance& advance) {
  return !withdrawal.may_have_paid ||
         ((advance.can_resend || WALLET_MUTANT("resent_where_it_can_not_be")) &&
          (advance.bank == withdrawal.bank || WALLET_MUTANT("resent_to_another_bank")));
}

Transition BeginAttempt(const OpenWithdrawal& withdrawal, const Advance& advance, Epoch epoch) {
  const bool ready = In(withdrawal, Substatus::kQueued) || In(withdrawal, Substatus::kInquiring);
  if (!ready || IsOfEarlierLife(withdrawal, epoch) || !MayTryAgain(withdrawal, advance) ||
      !MayRepeatReference(withdrawal, advance)) {
    return kIllegal;
  }
  return {.to = Substatus::kDispatching};
}

// No attempt's refusal proves anything once an earlier one may have paid.
Transition Declined(const OpenWithdrawal& withdrawal, const Advance& advance) {
  if (withdrawal.may_have_paid && !WALLET_MUTANT("decline_after_unknown_is_proof"))
    return {.to = Substatus::kUnknown};
  return {.to = Substatus::kFailed,
          .code = advance.code.empty() ? "declined" : advance.code,
          .message = advance.message};
}

Transition NotSent(const OpenWithdrawal& withdrawal, const Advance& advance) {
  if (withdrawal.may_have_paid && !WALLET_MUTANT("not_sent_after_unknown_is_proof"))
    return {.to = Substatus::kUnknown};
  if (MayTryAgain(withdrawal, advance)) return {.to = Substatus::kQueued};
  return {.to = Substatus::kFailed,
          .code = advance.code.empty() ? "bank_unreachable" : advance.code,
          .message = advance.message};
}

// A report speaks of one attempt: that of an earlier one comes too late to decide anything.
Transition Report(const OpenWithdrawal& withdrawal, const Advance& advance) {
  if (!In(withdrawal, Substatus::kDispatching) ||
      (advance.attempt != withdrawal.attempts && !WALLET_MUTANT("late_report_counts"))) {
    return kIllegal;
  }
  switch (advance.step) {
    case BankStep::kPaid:
      return {.to = Substatus::kCompleted};
    case BankStep::kDeclined:
      return Declined(withdrawal, advance);
    case BankStep::kNotSent:
      return NotSent(withdrawal, advance);
    default:
      return {.to = WALLET_MUTANT("refund_on_timeout") ? Substatus::kFailed : Substatus::kUnknown};
  }
}

Transition BeginInquiry(const OpenWithdrawal& withdrawal, Epoch epoch) {
  const bool ready = In(withdrawal, Substatus::kUnknown) ||
                     In(withdrawal, Substatus::kDispatching) ||
                     In(withdrawal, Substatus::kInquiring) ||
                     (In(withdrawal, Substatus::kQueued) && IsOfEarlierLife(withdrawal, epoch));
  return ready ? Transition{.to = Substatus::kInquiring} : kIllegal;
}

Transition Inquiry(const OpenWithdrawal& withdrawal, const Advance& advance, Epoch epoch) {
  if (!In(withdrawal, Substatus::kInquiring)) return kIllegal;
  switch (advance.step) {
    case BankStep::kInquiryPaid:
      return {.to = Substatus::kCompleted};
    case BankStep::kInquiryDeclined:
      return {.to = Substatus::kFailed,
              .code = advance.code.empty() ? "declined" : advance.code,
              .message = advance.message};
    default:
      break;
  }
  const bool may_resend = advance.can_resend && !IsOfEarlierLife(withdrawal, epoch);
  if (may_resend && MayTryAgain(withdrawal, advance)) return {.to = Substatus::kInquiring};
  return {.to = WALLET_MUTANT("not_found_is_proof") ? Substatus::kFailed : Substatus::kReview,
          .code = advance.code,
          .message = advance.message};
}

Transition Resolve(const OpenWithdrawal& withdrawal, const Advance& advance) {
  if (!In(withdrawal, Substatus::kReview) && !WALLET_MUTANT("resolved_outside_review"))
    return kIllegal;
  const bool paid = advance.step == BankStep::kResolvePaid;
  return {.to = paid ? Substatus::kCompleted : Substatus::kFailed,
          .code = "resolved_by_operator",
          .message = advance.message};
}

Transition GiveUp(const OpenWithdrawal& withdrawal, const Advance& advance) {
  if (In(withdrawal, Substatus::kReview)) return kIllegal;
  return {.to = WALLET_MUTANT("given_up_is_failed") ? Substatus::kFailed : Substatus::kReview,
          .code = advance.code,
          .message = advance.message};
}

}  // namespace

Transition Decide(const OpenWithdrawal& withdrawal, const Advance& advance, Epoch epoch) {
  switch (advance.step) {
    case BankStep::kBeginAttempt:
      return BeginAttempt(withdrawal, advance, epoch);
    case BankStep::kPaid:
    case BankStep::kDeclined:
    case BankStep::kNotSent:
    case BankStep::kUnclear:
      return Report(withdrawal, advance);
    case BankStep::kBeginInquiry:
      return BeginInquiry(withdrawal, epoch);
    case BankStep::kInquiryPaid:
    case BankStep::kInquiryDeclined:
    case BankStep::kInquiryNotFound:
      return Inquiry(withdrawal, advance, epoch);
    case BankStep::kGiveUp:
      return GiveUp(withdrawal, advance);
    case BankStep::kResolvePaid:
    case BankStep::kResolveNotPaid:
      return Resolve(withdrawal, advance);
  }
  return kIllegal;
}

bool MayFollow(Substatus from, Substatus to) {
  const bool ended = to == Substatus::kCompleted || to == Substatus::kFailed;
  switch (from) {
    case Substatus::kQueued:
      return to == Substatus::kDispatching || to == Substatus::kInquiring ||
             to == Substatus::kReview;
    case Substatus::kDispatching:
      return ended || to == Substatus::kQueued || to == Substatus::kUnknown ||
             to == Substatus::kInquiring || to == Substatus::kReview;
    case Substatus::kUnknown:
      return to == Substatus::kInquiring || to == Substatus::kReview;
    case Substatus::kInquiring:
      return ended || to == Substatus::kDispatching || to == Substatus::kReview;
    case Substatus::kReview:
      return ended;
    default:
      return false;
  }
}

std::string_view ToString(BankStep step) {
  switch (step) {
    case BankStep::kBeginAttempt:
      return "begin_attempt";
    case BankStep::kPaid:
      return "paid";
    case BankStep::kDeclined:
      return "declined";
    case BankStep::kNotSent:
      return "not_sent";
    case BankStep::kUnclear:
      return "unclear";
    case BankStep::kBeginInquiry:
      return "begin_inquiry";
    case BankStep::kInquiryPaid:
      return "inquiry_paid";
    case BankStep::kInquiryDeclined:
      return "inquiry_declined";
    case BankStep::kInquiryNotFound:
      return "inquiry_not_found";
    case BankStep::kGiveUp:
      return "give_up";
    case BankStep::kResolvePaid:
      return "resolve_paid";
    case BankStep::kResolveNotPaid:
      return "resolve_not_paid";
  }
  return "";
}

}  // namespace wallet
