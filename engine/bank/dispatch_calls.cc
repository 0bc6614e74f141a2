// The dispatcher's calls to the bank, and what becomes of the answers.

#include <algorithm>
#include <utility>

#include "engine/bank/bank_text.h"
#include "engine/bank/dispatch_actor.h"
#include "engine/ledger/limits.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

BankStep StepFor(PayVerdict verdict) {
  switch (verdict) {
    case PayVerdict::kPaid:
      return BankStep::kPaid;
    case PayVerdict::kDeclined:
      return BankStep::kDeclined;
    case PayVerdict::kNotSent:
      return BankStep::kNotSent;
    case PayVerdict::kUnclear:
      break;
  }
  return BankStep::kUnclear;
}

// Into the log go only texts that the ledger takes, whatever the connector made of the bank's
// words.
template <class Answer>
OwnedAdvance WithWords(OwnedAdvance step, const Answer& answer) {
  step.code = BankText(answer.code, kMaxFailureCodeBytes);
  step.message = BankText(answer.message, kMaxFailureMessageBytes);
  return step;
}

}  // namespace

void DispatchActor::Pay(Work work, const OpenWithdrawal& open) {
  const TransactionId id(open.id.value() +
                         (WALLET_MUTANT("resent_with_new_reference") ? open.attempts - 1 : 0));
  const Payment payment{.reference = Reference(open.epoch, open.user, id),
                        .user = open.user,
                        .currency = open.currency,
                        .amount = open.amount,
                        .destination = open.destination,
                        .attempt = open.attempts};
  const uint64_t token = StartCall(work, true);
  bank_.Pay(
      payment, options_.call_timeout_us,
      [address = mailbox_.address(), this, token](PayAnswer answer) {
        address.Post([this, token, answer = std::move(answer)] { OnPayAnswer(token, answer); });
      });
}

void DispatchActor::Inquire(Work work, const OpenWithdrawal& open) {
  const uint64_t token = StartCall(work, false);
  bank_.Inquire(
      Reference(open.epoch, open.user, open.id), options_.call_timeout_us,
      [address = mailbox_.address(), this, token](InquiryAnswer answer) {
        address.Post([this, token, answer = std::move(answer)] { OnInquiryAnswer(token, answer); });
      });
}

uint64_t DispatchActor::StartCall(Work work, bool is_payment) {
  const uint64_t token = next_token_++;
  calls_.emplace(token, Call{work, is_payment});
  busy_.fetch_add(1, std::memory_order_relaxed);
  mailbox_.address().PostAfter(options_.call_timeout_us, [this, token] {
    if (WALLET_MUTANT("call_without_time_limit")) return;
    Abandon(token, "timeout", "the bank did not answer in time");
  });
  return token;
}

std::optional<Work> DispatchActor::EndCall(uint64_t token) {
  const auto call = calls_.find(token);
  if (call == calls_.end()) return std::nullopt;
  const Work work = call->second.work;
  calls_.erase(call);
  busy_.fetch_sub(1, std::memory_order_relaxed);
  --workers_used_;
  return work;
}

void DispatchActor::Abandon(uint64_t token, std::string_view code, std::string_view message) {
  const auto call = calls_.find(token);
  if (call == calls_.end()) return;
  if (call->second.is_payment) {
    OnPayAnswer(token, {PayVerdict::kUnclear, std::string(code), std::string(message)});
  } else {
    OnInquiryAnswer(token, {InquiryVerdict::kUnclear, std::string(code), std::string(message)});
  }
}

void DispatchActor::OnPayAnswer(uint64_t token, const PayAnswer& answer) {
  const std::optional<Work> work = EndCall(token);
  if (!work) return;
  Take(*work, WithWords(StepOf(*work, StepFor(answer.verdict)), answer),
       &DispatchActor::OnReported);
  Pump();
}

void DispatchActor::OnInquiryAnswer(uint64_t token, const InquiryAnswer& answer) {
  const std::optional<Work> work = EndCall(token);
  if (!work) return;
  switch (answer.verdict) {
    case InquiryVerdict::kPaid:
      Take(*work, WithWords(StepOf(*work, BankStep::kInquiryPaid), answer),
           &DispatchActor::OnReported);
      break;
    case InquiryVerdict::kDeclined:
      Take(*work, WithWords(StepOf(*work, BankStep::kInquiryDeclined), answer),
           &DispatchActor::OnReported);
      break;
    case InquiryVerdict::kNotFound:
      AfterNotFound(*work, answer);
      break;
    case InquiryVerdict::kUnclear:
      AfterUnclearInquiry(*work, answer);
      break;
  }
  Pump();
  FinishStop();
}

// What can't be sent again is asked about once more, after the backoff that another attempt would
// have had: the payment may still have been on its way.
void DispatchActor::AfterNotFound(Work work, const InquiryAnswer& answer) {
  work.unclear_inquiries = 0;
  const bool last =
      work.next == Move::kSettle || !bank_.can_resend() || work.attempts >= options_.max_attempts;
  if (last && !WALLET_MUTANT("not_asked_again") && !std::exchange(work.asked_again, true))
    return BackOff(work, work.attempts);
  Take(work, WithWords(StepOf(work, BankStep::kInquiryNotFound), answer),
       &DispatchActor::OnReported);
}

void DispatchActor::AfterUnclearInquiry(Work work, const InquiryAnswer& answer) {
  if (grace_over_ && !WALLET_MUTANT("unclear_inquiry_decides"))
    return;  // the stop cut it off: that says nothing about the bank
  if (++work.unclear_inquiries < options_.max_attempts) {
    return BackOff(work, work.unclear_inquiries);
  }
  OwnedAdvance step = WithWords(StepOf(work, BankStep::kGiveUp), answer);
  if (step.code.empty()) step.code = "inquiry_unclear";
  Take(work, std::move(step), &DispatchActor::OnReported);
}

// The stop came between the attempt's record and its first byte. The attempt does not count: the
// next start has another one.
void DispatchActor::ReportUnsent(Work work) {
  --workers_used_;
  OwnedAdvance step = StepOf(work, BankStep::kNotSent);
  step.max_attempts = std::max(options_.max_attempts, work.attempts + 1);
  step.code = "stopped";
  Take(work, std::move(step), &DispatchActor::OnReported);
}

}  // namespace wallet
