#include "engine/ledger/ledger_loader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"

namespace wallet {

LedgerLoader::LedgerLoader(const std::vector<Ledger*>& ledgers,
                           std::function<size_t(UserId)> ledger_of, size_t sections) {
  WALLET_CHECK(!ledgers.empty() && sections > 0);
  target_.ledger_of = std::move(ledger_of);
  for (Ledger* ledger : ledgers) {
    LedgerState& state = *ledger->state_;
    WALLET_CHECK(state.users.size() == 0 && state.open.empty() && state.flows.empty());
    target_.ledgers.push_back(&state);
  }
  sections_.reserve(sections);
  for (size_t number = 0; number < sections; ++number) sections_.emplace_back(number, target_);
}

absl::Status LedgerLoader::Add(size_t section, std::string_view bytes) {
  WALLET_CHECK(section < sections_.size());
  if (status_.ok()) status_ = sections_[section].Add(bytes);
  return status_;
}

absl::Status LedgerLoader::Finish() {
  if (status_.ok()) status_ = FinishSections();
  if (!status_.ok()) return status_;
  GiveFlows();
  for (const LedgerState* ledger : target_.ledgers) {
    if (status_.ok()) status_ = CheckLedger(*ledger);
  }
  return status_;
}

absl::Status LedgerLoader::FinishSections() {
  for (const SectionLoader& section : sections_) {
    if (absl::Status status = section.Finish(); !status.ok()) return status;
    target_.ledgers.front()->keys += section.end().keys;
    digest_ += section.end().digest;
    last_stamp_ = std::max(last_stamp_, section.end().last_stamp);
  }
  return absl::OkStatus();
}

void LedgerLoader::GiveFlows() {
  for (LedgerState* ledger : target_.ledgers) {
    ledger->last_stamp = last_stamp_;
    for (auto& [currency, flow] : ledger->flows) flow.charged = flow.in_accounts;
  }
  for (const SectionLoader& section : sections_) {
    for (const auto& [currency, flow] : section.end().flows) {
      if (flow.paid == 0) continue;
      Flow& first = target_.ledgers.front()->flows[currency];
      first.charged += flow.paid;
      first.paid += flow.paid;
    }
  }
}

absl::Status LedgerLoader::CheckLedger(const LedgerState& ledger) const {
  std::map<std::pair<UserId, Currency>, Int128> held;
  for (const auto& [id, entry] : ledger.open) {
    const OpenWithdrawal& open = entry.withdrawal;
    held[{open.user, open.currency}] += open.amount.value();
    if (open.id <= ledger.LastId(open.user)) continue;
    return absl::DataLossError(absl::StrCat("the snapshot has withdrawal ", open.id.value(),
                                            " of user ", open.user.value(),
                                            ", who has no transaction of this number"));
  }
  for (const auto& [owner, sum] : held) {
    const Account* account = ledger.FindAccount(owner.first, owner.second);
    if (account && account->held().value() == sum) continue;
    return absl::DataLossError(absl::StrCat("the snapshot's user ", owner.first.value(),
                                            " does not hold what the withdrawals are about"));
  }
  if (ledger.ConservationHolds()) return absl::OkStatus();
  return absl::DataLossError("the snapshot's accounts hold what no withdrawal is about");
}

}  // namespace wallet
