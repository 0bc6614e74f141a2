#include "tests/simulation/bank.h"

#include <algorithm>
#include <utility>

namespace wallet::simulation {

SimulatedBank::SimulatedBank(Core& core, BankWatch& watch, std::string name)
    : core_(core),
      watch_(&watch),
      name_(std::move(name)),
      random_(core.random.Fork()),
      knobs_(core.knobs.bank),
      actor_(core.scheduler.AddActor()) {}

void SimulatedBank::Pay(const Payment& payment, int64_t, absl::AnyInvocable<void(PayAnswer)> done) {
  core_.trace.Note("pay", {payment.user.value()}, {payment.attempt, payment.amount.value()},
                   payment.reference);
  watch_->OnPay(name_, can_resend(), payment);
  auto shared = std::make_shared<absl::AnyInvocable<void(PayAnswer)>>(std::move(done));
  if (random_.Chance(knobs_.not_sent)) {
    return Reply(payment, std::move(shared), PayVerdict::kNotSent, "unreachable");
  }
  if (random_.Chance(knobs_.request_lost)) return;
  if (random_.Chance(knobs_.twice)) Travel(payment, nullptr);
  Travel(payment, std::move(shared));
}

void SimulatedBank::Travel(const Payment& payment, PayDone done) {
  ++on_the_way_[payment.reference][payment.attempt];
  core_.scheduler.PostAfter(actor_, Delay(knobs_.slow_request), [this, payment, done] {
    --on_the_way_[payment.reference][payment.attempt];
    Arrive(payment, done);
  });
}

void SimulatedBank::Arrive(const Payment& payment, PayDone done) {
  if (held_) return waiting_.push_back([this, payment, done] { Arrive(payment, done); });
  if (Overtakes(payment) && random_.Chance(knobs_.decline_overtaking)) {
    return Reply(payment, done, PayVerdict::kDeclined, "in_progress");
  }
  const PayVerdict verdict = Judge(payment);
  core_.trace.Note("judged", {payment.user.value()}, {static_cast<int64_t>(verdict)},
                   payment.reference);
  if (!done || random_.Chance(knobs_.answer_lost)) return;
  const bool garbled = random_.Chance(knobs_.answer_garbled);
  Reply(payment, done, garbled ? PayVerdict::kUnclear : verdict, "");
}

// An earlier attempt is still on its way: this one's refusal says nothing about that one.
bool SimulatedBank::Overtakes(const Payment& payment) const {
  if (book_.contains(payment.reference)) return false;
  for (const auto& [attempt, count] : on_the_way_.at(payment.reference)) {
    if (attempt < payment.attempt && count > 0) return true;
  }
  return false;
}

PayVerdict SimulatedBank::Judge(const Payment& payment) {
  const auto [place, is_new] = book_.try_emplace(payment.reference);
  Judgement& judgement = place->second;
  if (is_new) {
    judgement = {!random_.Chance(knobs_.decline), payment.user.value(), payment.amount.value(),
                 payment.currency.ToString()};
    judgement.payments = judgement.paid ? 1 : 0;
  } else if (judgement.paid && !can_resend()) {
    ++judgement.payments;
  }
  const bool same = judgement.user == 0 || judgement.amount == payment.amount.value();
  if (!same) core_.problems.Report({payment.user.value()}, payment.reference + " has two amounts");
  return judgement.paid ? PayVerdict::kPaid : PayVerdict::kDeclined;
}

void SimulatedBank::Reply(const Payment& payment, PayDone done, PayVerdict verdict,
                          std::string code) {
  if (!done) return;
  core_.scheduler.PostAfter(actor_, Delay(knobs_.slow_answer),
                            [this, payment, done, verdict, code = std::move(code)] {
                              core_.trace.Note("pay answer", {payment.user.value()},
                                               {static_cast<int64_t>(verdict)}, payment.reference);
                              watch_->OnPayAnswer(payment, verdict);
                              (*done)({verdict, code, ""});
                            });
}

void SimulatedBank::Inquire(const std::string& reference, int64_t,
                            absl::AnyInvocable<void(InquiryAnswer)> done) {
  core_.trace.Note("inquire", {}, {}, reference);
  watch_->OnInquire(name_, reference);
  if (random_.Chance(knobs_.inquiry_lost)) return;
  InquiryDone shared = std::make_shared<absl::AnyInvocable<void(InquiryAnswer)>>(std::move(done));
  core_.scheduler.PostAfter(actor_, Delay(0), [this, reference, shared] {
    const InquiryVerdict verdict = Look(reference);
    core_.scheduler.PostAfter(actor_, Delay(knobs_.slow_answer), [=, this] {
      core_.trace.Note("inquiry answer", {}, {static_cast<int64_t>(verdict)}, reference);
      watch_->OnInquiryAnswer(reference, verdict);
      (*shared)({verdict, "", ""});
    });
  });
}

InquiryVerdict SimulatedBank::Look(const std::string& reference) {
  if (random_.Chance(knobs_.answer_garbled)) return InquiryVerdict::kUnclear;
  const auto it = book_.find(reference);
  // What never arrived it does not know, though it was told on the telephone not to pay it: that
  // another bank has paid it is not for this one to deny.
  if (it == book_.end() || it->second.user == 0) return InquiryVerdict::kNotFound;
  return it->second.paid ? InquiryVerdict::kPaid : InquiryVerdict::kDeclined;
}

bool SimulatedBank::Settle(const std::string& reference) {
  const bool paid = book_[reference].paid;
  core_.trace.Note("settled", {}, {paid}, reference);
  return paid;
}

void SimulatedBank::LetGo() {
  held_ = false;
  for (auto& arrive : std::exchange(waiting_, {})) arrive();
}

int64_t SimulatedBank::Delay(Ppm slow) {
  return random_.Chance(slow) ? random_.Range(1, knobs_.slow_us)
                              : random_.Range(1, knobs_.latency_us);
}

void SimulatedBank::Heal() {
  BankKnobs healed;
  healed.latency_us = std::min(knobs_.latency_us, core_.knobs.start.call_timeout_us / 8);
  healed.can_resend = knobs_.can_resend;
  healed.decline = knobs_.decline;
  healed.slow_us = knobs_.slow_us;
  knobs_ = healed;
}

}  // namespace wallet::simulation
