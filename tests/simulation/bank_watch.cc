#include "tests/simulation/bank_watch.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"

namespace wallet::simulation {
namespace {

bool HoldsPlace(const std::string& substatus) {
  return substatus != "review" && substatus != "completed" && substatus != "failed";
}

}  // namespace

void BankWatch::OnDurable(const Fact& fact) {
  if (fact.created && fact.request.withdraw) {
    withdrawals_[fact.reference] = {.user = fact.user, .id = fact.id, .request = fact.request};
    references_[{fact.user, fact.id}] = fact.reference;
    ++holding_;
  }
  if (fact.created) return;
  Withdrawal& withdrawal = withdrawals_[references_[{fact.user, fact.id}]];
  if (HoldsPlace(withdrawal.substatus) && !HoldsPlace(fact.move.to)) {
    --holding_;
    let_go_us_.insert(clock_.steady_us());
  }
  withdrawal.substatus = fact.move.to;
  withdrawal.attempts = fact.move.attempts;
  if (!fact.move.bank.empty()) withdrawal.bank = fact.move.bank;
}

BankWatch::Withdrawal* BankWatch::Find(const std::string& reference, std::string_view what) {
  const auto it = withdrawals_.find(reference);
  if (it != withdrawals_.end()) return &it->second;
  problems_.Report({}, absl::StrCat(ToAbsl(what), " of ", reference, ", which is not durable"));
  return nullptr;
}

void BankWatch::OnPay(std::string_view bank, bool can_resend, const Payment& payment) {
  ++calls_;
  Withdrawal* withdrawal = Find(payment.reference, "payment");
  if (!withdrawal) return;
  const model::Request& request = withdrawal->request;
  const auto report = [&](std::string_view what) {
    problems_.Report(withdrawal->subject(), absl::StrCat("payment ", payment.reference, " attempt ",
                                                         payment.attempt, ": ", ToAbsl(what)));
  };
  if (withdrawal->substatus != "dispatching" || withdrawal->attempts != payment.attempt ||
      withdrawal->bank != bank) {
    report(absl::StrCat("sent to ", ToAbsl(bank), " while ", withdrawal->substatus, " attempt ",
                        withdrawal->attempts, " at ", withdrawal->bank, " is durable"));
  }
  if (payment.amount.value() != request.amount || payment.user.value() != request.user ||
      payment.currency.ToString() != request.currency ||
      payment.destination != request.destination.value_or("")) {
    report("not what was asked for");
  }
  if (withdrawal->answers.contains(payment.attempt)) report("sent twice");
  CheckRepeat(*withdrawal, can_resend, payment);
  withdrawal->answers[payment.attempt] = PayVerdict::kUnclear;
  withdrawal->not_found_since = false;
}

void BankWatch::CheckRepeat(const Withdrawal& withdrawal, bool can_resend, const Payment& payment) {
  for (const auto& [attempt, verdict] : withdrawal.answers) {
    if (verdict == PayVerdict::kNotSent || (can_resend && withdrawal.not_found_since)) continue;
    problems_.Report(withdrawal.subject(),
                     absl::StrCat("payment ", payment.reference, " attempt ", payment.attempt,
                                  " was sent although attempt ", attempt, " may have arrived"));
  }
}

void BankWatch::OnInquire(std::string_view bank, const std::string& reference) {
  ++calls_;
  Withdrawal* withdrawal = Find(reference, "inquiry");
  if (!withdrawal) return;
  const bool blind = blind_inquiries_ && withdrawal->bank.empty();
  if (withdrawal->substatus == "inquiring" && (withdrawal->bank == bank || blind)) return;
  problems_.Report(withdrawal->subject(),
                   absl::StrCat("inquiry at ", ToAbsl(bank), " while ", withdrawal->substatus,
                                " at ", withdrawal->bank, " is durable"));
}

void BankWatch::OnPayAnswer(const Payment& payment, PayVerdict verdict) {
  withdrawals_[payment.reference].answers[payment.attempt] = verdict;
}

void BankWatch::OnInquiryAnswer(const std::string& reference, InquiryVerdict verdict) {
  Withdrawal& withdrawal = withdrawals_[reference];
  withdrawal.inquiries.insert(verdict);
  if (verdict == InquiryVerdict::kNotFound) withdrawal.not_found_since = true;
}

std::string BankWatch::Evidence(const Fact& fact, const std::string& from) const {
  const Withdrawal& withdrawal = withdrawals_.at(references_.at({fact.user, fact.id}));
  const std::string& to = fact.move.to;
  const auto it = withdrawal.answers.find(fact.move.attempts);
  const bool sent = it != withdrawal.answers.end();
  const bool refused = sent && it->second == PayVerdict::kDeclined;
  const bool unsent = sent && it->second == PayVerdict::kNotSent;
  const bool asking = from == "inquiring";
  const std::string step = from + " -> " + to + ", but the bank never said so";
  if (to == "queued") return unsent || !sent ? "" : step;
  if (to == "failed" && !asking) return refused || unsent ? "" : step;
  if (to == "completed" && !asking) return sent && it->second == PayVerdict::kPaid ? "" : step;
  if (to == "failed") return withdrawal.inquiries.contains(InquiryVerdict::kDeclined) ? "" : step;
  if (to == "completed") return withdrawal.inquiries.contains(InquiryVerdict::kPaid) ? "" : step;
  return "";
}

void BankWatch::CheckBooks(const std::vector<const Book*>& books) const {
  std::map<std::string, int64_t> payments;
  for (const Book* book : books) {
    for (const auto& [reference, judgement] : *book) {
      CheckEntry(reference, judgement);
      payments[reference] += judgement.payments;
    }
  }
  for (const auto& [reference, withdrawal] : withdrawals_) {
    const int64_t paid = payments[reference];
    const int64_t least = withdrawal.substatus == "completed" ? 1 : 0;
    const int64_t most = withdrawal.substatus == "failed" ? 0 : 1;
    if (least <= paid && paid <= most) continue;
    problems_.Report(withdrawal.subject(), absl::StrCat(reference, " is ", withdrawal.substatus,
                                                        ", and was paid ", paid, " times"));
  }
}

void BankWatch::CheckEntry(const std::string& reference, const Judgement& judgement) const {
  const auto it = withdrawals_.find(reference);
  if (it == withdrawals_.end()) {
    return problems_.Report({}, "a bank knows " + reference + ", which is not durable");
  }
  const model::Request& request = it->second.request;
  if (judgement.user == 0) return;  // settled without ever having arrived
  if (judgement.user == request.user && judgement.amount == request.amount &&
      judgement.currency == request.currency) {
    return;
  }
  problems_.Report(it->second.subject(), "a bank knows " + reference + " as something else");
}

int64_t BankWatch::PlacesHeldSince(int64_t since_us) const {
  return holding_ + LetGoSince(since_us);
}

int64_t BankWatch::LetGoSince(int64_t since_us) const {
  return std::distance(let_go_us_.lower_bound(since_us), let_go_us_.end());
}

}  // namespace wallet::simulation
