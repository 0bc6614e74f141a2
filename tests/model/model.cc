#include "tests/model/model.h"

#include <stdexcept>

#include "tests/model/withdrawal.h"

namespace wallet::model {

std::string Wallet::Do(const Request& request, int64_t now, bool place_free) {
  if (const Entry* earlier = FindKey(request.user, request.key)) {
    return earlier->request == request ? "duplicate_request" : "idempotency_key_reused";
  }
  const Balance balance = BalanceOf(request.user, request.currency, now);
  if (!request.withdraw && request.amount > INT64_MAX - balance.total) return "amount_out_of_range";
  if (request.withdraw && request.amount > balance.withdrawable) return "insufficient_balance";
  if (request.withdraw && !place_free) return "queue_full";
  std::vector<Entry>& entries = users_[request.user];
  const int64_t id = static_cast<int64_t>(entries.size()) + 1;
  entries.push_back({id, request, request.withdraw ? "pending" : "completed", now, now});
  if (request.withdraw) entries.back().substatus = "queued";
  return "ok";
}

void Wallet::End(int64_t user, int64_t id, bool paid) {
  Entry& entry = users_.at(user).at(static_cast<size_t>(id - 1));
  if (entry.status != "pending") throw std::logic_error("only a pending withdrawal can end");
  entry.status = paid ? "completed" : "failed";
}

std::string Wallet::Take(int64_t user, int64_t id, const Move& move) {
  if (Find(user, id) == nullptr) return "there is no such transaction";
  return model::Take(users_[user][static_cast<size_t>(id - 1)], move);
}

Balance Wallet::BalanceOf(int64_t user, const std::string& currency, int64_t now) const {
  Balance balance;
  for (const Entry& entry : Entries(user)) {
    const Request& request = entry.request;
    if (request.currency != currency) continue;
    if (request.withdraw) {
      if (entry.status == "completed") balance.total -= request.amount;
      if (entry.status == "pending") balance.held += request.amount;
    } else {
      balance.total += request.amount;
      if (request.release_at && *request.release_at > now) balance.unreleased += request.amount;
    }
  }
  balance.withdrawable = balance.total - balance.unreleased - balance.held;
  return balance;
}

Balance Wallet::BalanceAt(int64_t user, const std::string& currency, int64_t at) const {
  Wallet then;
  for (Entry entry : Entries(user)) {
    if (entry.created_at > at) break;
    if (entry.request.withdraw && entry.updated_at > at) entry.status = "pending";
    then.users_[user].push_back(entry);
  }
  return then.BalanceOf(user, currency, at);
}

std::vector<Release> Wallet::ReleasesOf(int64_t user, const std::string& currency, int64_t at,
                                        int64_t most) const {
  std::map<int64_t, int64_t> amounts;
  for (const Entry& entry : Entries(user)) {
    const Request& request = entry.request;
    if (request.withdraw || request.currency != currency) continue;
    if (request.release_at && *request.release_at > at) {
      amounts[*request.release_at] += request.amount;
    }
  }
  std::vector<Release> releases;
  for (const auto& [release_at, amount] : amounts) {
    if (static_cast<int64_t>(releases.size()) < most) releases.push_back({release_at, amount});
  }
  return releases;
}

const std::vector<Entry>& Wallet::Entries(int64_t user) const {
  static const std::vector<Entry> kNone;
  const auto it = users_.find(user);
  return it == users_.end() ? kNone : it->second;
}

std::vector<std::pair<int64_t, int64_t>> Wallet::Pending() const {
  std::vector<std::pair<int64_t, int64_t>> pending;
  for (const auto& [user, entries] : users_) {
    for (const Entry& entry : entries) {
      if (entry.status == "pending") pending.emplace_back(user, entry.id);
    }
  }
  return pending;
}

const Entry* Wallet::Find(int64_t user, int64_t id) const {
  const std::vector<Entry>& entries = Entries(user);
  const bool exists = id >= 1 && id <= static_cast<int64_t>(entries.size());
  return exists ? &entries[static_cast<size_t>(id - 1)] : nullptr;
}

const Entry* Wallet::FindKey(int64_t user, const std::string& key) const {
  for (const Entry& entry : Entries(user)) {
    if (entry.request.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace wallet::model
