#include "tests/crash/journal.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"

namespace wallet::crash {
namespace {

constexpr size_t kMaxProblems = 20;

bool IsRefusal(client::Code code) {
  switch (code) {
    case client::Code::kInsufficientBalance:
    case client::Code::kQueueFull:
    case client::Code::kStorageFull:
    case client::Code::kOverloaded:
    case client::Code::kShuttingDown:
    case client::Code::kUnreachable:
      return true;
    default:
      return false;
  }
}

std::string Describe(const client::Balance& balance) {
  return absl::StrCat("{", balance.currency, " total ", balance.total, " withdrawable ",
                      balance.withdrawable, " unreleased ", balance.unreleased, " held ",
                      balance.held, "}");
}

std::string Describe(const client::WriteAnswer& answer) {
  return absl::StrCat(ToString(answer.code), " ", answer.field, " \"", answer.message, "\" ",
                      answer.transaction ? crash::Describe(*answer.transaction) : "", " ",
                      answer.balance ? Describe(*answer.balance) : "");
}

bool AddsUp(const client::Balance& balance) {
  return balance.withdrawable >= 0 && balance.unreleased >= 0 && balance.held >= 0 &&
         balance.total == balance.withdrawable + balance.unreleased + balance.held;
}

}  // namespace

Journal::Journal(const Journal& other)
    : records_(other.records_),
      answers_(other.answers_),
      counts_(other.counts_),
      problems_(other.problems_) {}

void Journal::Sending(const Request& request) {
  std::lock_guard lock(mutex_);
  Record& record = records_.try_emplace({UserOf(request), KeyOf(request)}).first->second;
  record.request = request;
  ++record.tries;
  ++record.under_way;
}

void Journal::Ended(const Request& request, const client::WriteAnswer& answer) {
  std::lock_guard lock(mutex_);
  Record* record = Find(UserOf(request), KeyOf(request));
  WALLET_CHECK(record != nullptr && record->under_way > 0);
  --record->under_way;
  ++counts_[ToString(answer.code)];
  if (answer.code == client::Code::kOutcomeUnknown) {
    ++record->unanswered;
    return;
  }
  if (IsRefusal(answer.code)) {
    if (answer.transaction) ProblemLocked("a refusal carries a transaction: " + Describe(answer));
    return;
  }
  if (answer.code != client::Code::kOk && answer.code != client::Code::kDuplicateRequest) {
    return ProblemLocked(absl::StrCat(KeyOf(request), " was answered ", Describe(answer)));
  }
  if (!answer.transaction || !answer.balance || answer.position.empty()) {
    return ProblemLocked("an answer lacks its parts: " + Describe(answer));
  }
  if (answer.code == client::Code::kOk && ++record->accepted > 1) {
    ProblemLocked("accepted twice: " + Describe(answer));
  }
  if (answer.code == client::Code::kDuplicateRequest && record->tries == 1) {
    ProblemLocked("sent once, and a duplicate: " + Describe(answer));
  }
  if (!AddsUp(*answer.balance)) ProblemLocked("the balance does not add up: " + Describe(answer));
  SawLocked(*record, *answer.transaction);
  if (answer.code == client::Code::kOk) {
    answers_[UserOf(request)].emplace_back(*answer.transaction, *answer.balance);
  }
}

void Journal::EndedReuse(const Request& request, const client::WriteAnswer& answer) {
  std::lock_guard lock(mutex_);
  ++counts_[ToString(answer.code)];
  if (answer.code == client::Code::kOutcomeUnknown || IsRefusal(answer.code)) return;
  if (answer.code != client::Code::kIdempotencyKeyReused || answer.transaction || answer.balance) {
    ProblemLocked(absl::StrCat("another request under the key ", KeyOf(request), " was answered ",
                               Describe(answer)));
  }
}

void Journal::Saw(const client::Transaction& transaction) {
  std::lock_guard lock(mutex_);
  Record* record = Find(transaction.user_id, transaction.idempotency_key);
  if (record == nullptr) {
    return ProblemLocked("nobody asked for " + crash::Describe(transaction));
  }
  SawLocked(*record, transaction);
}

void Journal::Saw(const client::Balance& balance) {
  std::lock_guard lock(mutex_);
  if (!AddsUp(balance)) ProblemLocked("a balance does not add up: " + Describe(balance));
}

void Journal::SawLocked(Record& record, const client::Transaction& transaction) {
  if (std::string wrong = Difference(record.request, transaction); !wrong.empty()) {
    ProblemLocked(std::move(wrong));
  }
  if (!record.seen) {
    record.seen = transaction;
    return;
  }
  // Answers overtake each other: the sight of an earlier state may come later.
  const bool older = HasEnded(*record.seen) && !HasEnded(transaction);
  const client::Transaction& first = older ? transaction : *record.seen;
  const client::Transaction& second = older ? *record.seen : transaction;
  if (std::string wrong = Difference(first, second); !wrong.empty()) {
    ProblemLocked(std::move(wrong));
  }
  if (!older) record.seen = transaction;
}

void Journal::Audit(int64_t user, const std::vector<client::Transaction>& ledger) {
  std::lock_guard lock(mutex_);
  std::set<std::string> keys;
  int64_t last_id = 0;
  Instant last_created;
  for (const client::Transaction& transaction : ledger) {
    if (transaction.id != ++last_id || transaction.created_at < last_created) {
      ProblemLocked("out of order or a gap before " + crash::Describe(transaction));
    }
    last_created = transaction.created_at;
    if (!keys.insert(transaction.idempotency_key).second) {
      ProblemLocked("a key is used twice: " + crash::Describe(transaction));
    }
    Record* record = Find(user, transaction.idempotency_key);
    if (record == nullptr) {
      ProblemLocked("nobody asked for " + crash::Describe(transaction));
      continue;
    }
    if (!record->seen && !record->open()) {
      ProblemLocked("only refused, and yet there: " + crash::Describe(transaction));
    }
    // No server was running that could have said otherwise since: the last sight stands.
    if (record->seen) {
      std::string wrong = Difference(*record->seen, transaction);
      if (!wrong.empty()) ProblemLocked(std::move(wrong));
    }
    if (std::string wrong = Difference(record->request, transaction); !wrong.empty()) {
      ProblemLocked(std::move(wrong));
    }
    record->seen = transaction;
  }
  for (auto it = records_.lower_bound({user, ""}); it != records_.end() && it->first.first == user;
       ++it) {
    if (it->second.seen && !keys.contains(it->first.second)) {
      ProblemLocked("answered, and gone: " + crash::Describe(*it->second.seen));
    }
  }
}

std::vector<Request> Journal::Unsettled() const {
  std::lock_guard lock(mutex_);
  std::vector<Request> unsettled;
  for (const auto& [key, record] : records_) {
    if (record.unanswered > 0) unsettled.push_back(record.request);
  }
  return unsettled;
}

void Journal::ForgetLostTries() {
  std::lock_guard lock(mutex_);
  for (auto& [key, record] : records_) record.unanswered = 0;
}

std::vector<Request> Journal::Accepted() const {
  std::lock_guard lock(mutex_);
  std::vector<Request> accepted;
  for (const auto& [key, record] : records_) {
    if (record.seen) accepted.push_back(record.request);
  }
  return accepted;
}

std::optional<Request> Journal::IfAccepted(const Request& request) const {
  std::lock_guard lock(mutex_);
  const Record* record = Find(UserOf(request), KeyOf(request));
  if (record == nullptr || !record->seen) return std::nullopt;
  return record->request;
}

std::vector<int64_t> Journal::Users() const {
  std::lock_guard lock(mutex_);
  std::set<int64_t> users;
  for (const auto& [key, record] : records_) users.insert(key.first);
  return {users.begin(), users.end()};
}

std::vector<std::pair<client::Transaction, client::Balance>> Journal::AcceptedAnswers(
    int64_t user) const {
  std::lock_guard lock(mutex_);
  const auto it = answers_.find(user);
  return it == answers_.end() ? decltype(it->second){} : it->second;
}

std::string Journal::Summary() const {
  std::lock_guard lock(mutex_);
  std::string summary = absl::StrCat(records_.size(), " requests");
  for (const auto& [code, count] : counts_) absl::StrAppend(&summary, ", ", code, " ", count);
  return summary;
}

void Journal::Problem(std::string problem) {
  std::lock_guard lock(mutex_);
  ProblemLocked(std::move(problem));
}

void Journal::ProblemLocked(std::string problem) {
  if (problems_.size() < kMaxProblems) problems_.push_back(std::move(problem));
}

std::vector<std::string> Journal::problems() const {
  std::lock_guard lock(mutex_);
  return problems_;
}

const Record* Journal::Find(int64_t user, const std::string& key) const {
  const auto it = records_.find({user, key});
  return it == records_.end() ? nullptr : &it->second;
}

Record* Journal::Find(int64_t user, const std::string& key) {
  return const_cast<Record*>(std::as_const(*this).Find(user, key));
}

}  // namespace wallet::crash
