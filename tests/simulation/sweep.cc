#include "tests/simulation/sweep.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace wallet::simulation {

Sweep::Sweep(Core& core, Network& network, const Auditor& auditor)
    : core_(core),
      network_(network),
      auditor_(auditor),
      random_(core.random.Fork()),
      peer_{kNumber, core.scheduler.AddActor()} {}

void Sweep::Run() {
  running_ = true;
  for (const auto& [key, sent] : auditor_.journal().writes()) {
    Call call{.kind = CallKind::kByKey};
    call.request.user = key.first;
    call.request.key = key.second;
    left_.push_back(std::move(call));
  }
  for (const auto& [user, entries] : auditor_.ledger().wallet().users()) AddUser(user);
  AddUser(kNobody);
  GoOn();
}

void Sweep::AddUser(int64_t user) {
  Call pages{.kind = CallKind::kList};
  pages.request.user = user;
  pages.query.order = static_cast<model::Order>(random_.Range(0, 2));
  pages.query.from = pages.query.order == model::Order::kPage     ? 1
                     : pages.query.order == model::Order::kBefore ? INT64_MAX
                                                                  : 0;
  pages.query.limit = random_.LogRange(1, 200);
  left_.push_back(std::move(pages));
  for (const char* currency : {"USD", "EUR", "JPY"}) {
    Call balance{.kind = CallKind::kBalance};
    balance.request.user = user;
    balance.request.currency = currency;
    left_.push_back(std::move(balance));
  }
  read_[user];
}

void Sweep::GoOn() {
  std::vector<Call> calls;
  for (; under_way_ < at_once_ && !left_.empty(); ++under_way_) {
    calls.push_back(std::move(left_.front()));
    left_.pop_front();
  }
  if (!calls.empty()) {
    network_.Send(peer_, calls, INT64_MAX,
                  [this](const Sent& sent, bool lost) { OnReply(sent, lost); });
  }
  if (under_way_ == 0) Judge();
}

void Sweep::OnReply(const Sent& sent, bool lost) {
  --under_way_;
  const bool again = lost || sent.answer.outcome == Outcome::kOverloaded;
  if (again) {
    at_once_ = std::max<int64_t>(1, at_once_ / 2);
    left_.push_back(sent.call);
  } else if (sent.call.kind == CallKind::kList) {
    OnPage(sent);
  } else if (sent.answer.balance) {
    read_[sent.call.request.user].totals[sent.answer.currency] = sent.answer.balance->total;
  }
  GoOn();
}

void Sweep::OnPage(const Sent& sent) {
  Read& read = read_[sent.call.request.user];
  for (const model::Transaction& each : sent.answer.transactions) {
    read.ids.push_back(each.id);
    if (each.status == "completed") read.sums[each.currency] += each.amount;
  }
  if (!sent.answer.next) return;
  Call following = sent.call;
  following.query.from = *sent.answer.next;
  left_.push_front(std::move(following));
}

void Sweep::Judge() {
  running_ = false;
  std::map<std::string, __int128> sums;
  for (const auto& [user, read] : read_) {
    JudgeUser(user, read);
    for (const auto& [currency, sum] : read.sums) sums[currency] += sum;
  }
  for (const auto& [currency, total] : auditor_.ledger().totals()) {
    if (sums[currency] == total) continue;
    core_.problems.Report({}, "all pages of all users: " + currency + " is not conserved");
  }
}

void Sweep::JudgeUser(int64_t user, const Read& read) const {
  std::vector<int64_t> ids = read.ids;
  std::sort(ids.begin(), ids.end());
  bool dense = ids.size() == auditor_.ledger().wallet().Entries(user).size();
  for (size_t i = 0; i < ids.size(); ++i) dense &= ids[i] == static_cast<int64_t>(i) + 1;
  if (!dense) {
    core_.problems.Report({user}, "all pages of the user do not have each transaction once");
  }
  for (const auto& [currency, total] : read.totals) {
    const auto sum = read.sums.find(currency);
    if ((sum == read.sums.end() ? 0 : sum->second) == total) continue;
    core_.problems.Report({user}, "all pages of the user do not come to its " + currency);
  }
  if (read.totals.size() != 3) core_.problems.Report({user}, "a balance was not answered");
}

}  // namespace wallet::simulation
