#include "engine/verify/fits.h"

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

std::string Subject(const Event& event) {
  return absl::StrCat("transaction ", event.id.value(), " of user ", event.user.value());
}

std::string WhyNotCreated(const Ledger& ledger, const Event& event) {
  const int64_t last = ledger.SummaryOf(event.user).last.value();
  if (event.id.value() != last + 1) {
    return absl::StrCat(Subject(event), " follows on number ", last);
  }
  const Balance balance = ledger.BalanceOf(event.user, event.currency, event.at);
  if (event.type == EventType::kWithdrawalRequested) {
    if (balance.withdrawable >= event.amount) return "";
    return absl::StrCat(Subject(event), " withdraws ", event.amount.value(), ", and there were ",
                        balance.withdrawable.value());
  }
  if (CheckedAdd(balance.total, event.amount)) return "";
  return absl::StrCat(Subject(event), " charges more than 64 bits hold");
}

}  // namespace

std::string WhyNot(const Ledger& ledger, const Event& event) {
  if (event.type != EventType::kWithdrawalMoved) return WhyNotCreated(ledger, event);
  if (ledger.FindOpen(event.user, event.id) != nullptr) return "";
  return absl::StrCat(Subject(event), " moves, and is no open withdrawal");
}

}  // namespace wallet
