#include "tests/simulation/answer_check.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/recovery.h"

namespace wallet::simulation {
namespace {

using model::Entry;

std::string Differs(std::string_view what, const std::string& expected, const std::string& given) {
  return absl::StrCat(std::string(what), " should be [", expected, "], was [", given, "]");
}

class Check {
 public:
  Check(const Sent& sent, const model::Wallet& wallet, const Fact& last)
      : sent_(sent),
        request_(sent.call.request),
        answer_(sent.answer),
        wallet_(wallet),
        last_(last),
        entry_(wallet.FindKey(request_.user, request_.key)) {}

  std::string Write() const;
  std::string ReadBalance() const;
  std::string ReadTransaction() const;
  std::string List() const;
  std::string Reviews() const;
  std::string Resolve() const;

 private:
  std::string Accepted() const;
  std::string Refused() const;
  std::string Duplicate() const;
  std::string NoRoom() const;
  std::string IsTransaction(const Entry& entry) const;
  std::string IsBalance(const std::string& currency, int64_t earliest, int64_t latest) const;
  std::string HasNoContent() const;
  std::string ReadBalanceAt() const;
  model::Balance At(int64_t now) const {
    return wallet_.BalanceOf(request_.user, request_.currency, now);
  }
  bool Overflows() const {
    return !request_.withdraw && request_.amount > INT64_MAX - At(sent_.earliest_stamp).total;
  }
  bool Covered(int64_t now) const {
    return !request_.withdraw || request_.amount <= At(now).withdrawable;
  }

  const Sent& sent_;
  const model::Request& request_;
  const Answer& answer_;
  const model::Wallet& wallet_;
  const Fact& last_;
  const Entry* entry_;
};

std::string Check::Write() const {
  if (answer_.outcome == Outcome::kOk) return Accepted();
  if (answer_.outcome == Outcome::kDuplicateRequest) return Duplicate();
  if (std::string wrong = HasNoContent(); !wrong.empty()) return wrong;
  if (answer_.outcome == Outcome::kIdempotencyKeyReused) {
    if (!entry_) return "the key was never used";
    return entry_->request == request_ ? "it is the same request" : "";
  }
  return entry_ ? "the key was used" : Refused();
}

std::string Check::Refused() const {
  switch (answer_.outcome) {
    case Outcome::kAmountOutOfRange:
      return Overflows() ? "" : "the total fits";
    case Outcome::kInsufficientBalance:
      return Covered(sent_.earliest_stamp) ? "the balance is sufficient" : "";
    case Outcome::kStorageFull:
      return sent_.space_was_full ? NoRoom() : "the disk was not full";
    case Outcome::kQueueFull:
      if (!request_.withdraw) return "a charge needs no place";
      return sent_.space_was_free ? NoRoom() : "storage_full comes first";
    default:
      return "no such answer to a write";
  }
}

std::string Check::NoRoom() const {
  if (Overflows()) return "amount_out_of_range comes first";
  return Covered(sent_.latest_stamp) ? "" : "insufficient_balance comes first";
}

std::string Check::Accepted() const {
  if (!entry_) return "it is not there";
  if (entry_->request != request_) return "something else is there under its key";
  const bool is_last = last_.created && last_.user == request_.user && last_.id == entry_->id;
  if (!is_last) return absl::StrCat("its position is not that of its event");
  if (!sent_.space_was_free) return "the disk was full";
  if (last_.at < sent_.earliest_stamp || last_.at > sent_.latest_stamp) {
    return absl::StrCat("stamped ", last_.at, ", not within ", sent_.earliest_stamp, " to ",
                        sent_.latest_stamp);
  }
  if (request_.withdraw && answer_.reference != last_.reference) return "another reference";
  if (std::string wrong = IsTransaction(*entry_); !wrong.empty()) return wrong;
  return IsBalance(request_.currency, last_.at, last_.at);
}

std::string Check::Duplicate() const {
  if (!entry_) return "the key was never used";
  if (entry_->request != request_) return "it is another request";
  if (std::string wrong = IsTransaction(*entry_); !wrong.empty()) return wrong;
  return IsBalance(request_.currency, sent_.earliest_stamp, sent_.latest_stamp);
}

std::string Check::IsTransaction(const Entry& entry) const {
  const model::Transaction expected = model::See(entry);
  if (!answer_.transaction) return "the transaction is missing";
  if (*answer_.transaction == expected) return "";
  return Differs("the transaction", ToString(expected), ToString(*answer_.transaction));
}

// The balance changes only where something is released.
std::string Check::IsBalance(const std::string& currency, int64_t earliest, int64_t latest) const {
  if (!answer_.balance || answer_.currency != currency) return "the balance is missing";
  const model::Balance first = wallet_.BalanceOf(request_.user, currency, earliest);
  if (*answer_.balance == first) return "";
  for (const Entry& entry : wallet_.Entries(request_.user)) {
    const int64_t release_at = entry.request.release_at.value_or(0);
    if (release_at <= earliest || release_at > latest) continue;
    if (*answer_.balance == wallet_.BalanceOf(request_.user, currency, release_at)) return "";
  }
  return Differs("the balance", ToString(first), ToString(*answer_.balance));
}

std::string Check::HasNoContent() const {
  return answer_.transaction || answer_.balance ? "a refusal carries nothing" : "";
}

// What has passed lies no more in the future, whatever is under way.
std::string Check::ReadBalanceAt() const {
  const Call& call = sent_.call;
  if (answer_.outcome == Outcome::kInvalidField) {
    const bool passed = call.at && *call.at < sent_.latest_stamp;
    return call.schedule > 0 && passed ? HasNoContent() : "it is valid";
  }
  if (answer_.outcome != Outcome::kOk) return "no such answer to a read of a balance";
  if (call.schedule > 0 && call.at && *call.at < sent_.earliest_stamp) return "it has passed";
  if (!answer_.at || (call.at && *answer_.at != *call.at)) return "of another instant";
  if (!call.at && (*answer_.at < sent_.earliest_stamp || *answer_.at > sent_.latest_stamp)) {
    return "of an instant that was not now";
  }
  if (!answer_.balance || answer_.currency != request_.currency) return "the balance is missing";
  const model::Balance expected = wallet_.BalanceAt(request_.user, request_.currency, *answer_.at);
  if (*answer_.balance != expected) {
    return Differs("the balance", ToString(expected), ToString(*answer_.balance));
  }
  if (answer_.schedule.has_value() != (call.schedule > 0)) return "a schedule, or none";
  const bool same =
      !answer_.schedule || *answer_.schedule == wallet_.ReleasesOf(request_.user, request_.currency,
                                                                   *answer_.at, call.schedule);
  return same ? "" : "the schedule is another";
}

std::string Check::ReadBalance() const {
  if (sent_.call.at || sent_.call.schedule > 0) return ReadBalanceAt();
  if (answer_.outcome != Outcome::kOk) return "a balance can always be read";
  return IsBalance(request_.currency, sent_.earliest_stamp, sent_.latest_stamp);
}

std::string Check::ReadTransaction() const {
  const Entry* entry =
      sent_.call.kind == CallKind::kByKey ? entry_ : wallet_.Find(request_.user, sent_.call.id);
  if (answer_.outcome == Outcome::kTransactionNotFound) return entry ? "it is there" : "";
  if (answer_.outcome != Outcome::kOk) return "no such answer to a read";
  return entry ? IsTransaction(*entry) : "it is not there";
}

std::string Check::List() const {
  if (answer_.outcome != Outcome::kOk) return "a list can always be read";
  const std::vector<Entry>& entries = wallet_.Entries(request_.user);
  const model::Page page = model::List(entries, sent_.call.query);
  if (answer_.total != page.total || answer_.next != page.next) return "total or next is wrong";
  if (answer_.transactions.size() != page.ids.size()) return "the page has another length";
  for (size_t i = 0; i < page.ids.size(); ++i) {
    const model::Transaction expected = model::See(*wallet_.Find(request_.user, page.ids[i]));
    if (answer_.transactions[i] == expected) continue;
    return Differs("on the page", ToString(expected), ToString(answer_.transactions[i]));
  }
  return "";
}

std::string Check::Reviews() const {
  if (answer_.outcome != Outcome::kOk) return "a list can always be read";
  std::vector<std::tuple<int64_t, int64_t, int64_t>> expected;
  for (const auto& [user, entries] : wallet_.users()) {
    if (ShardOfUser(UserId(user), sent_.shards) != sent_.shard) continue;
    for (const Entry& entry : entries) {
      if (entry.substatus == "review") expected.emplace_back(entry.created_at, user, entry.id);
    }
  }
  std::sort(expected.begin(), expected.end());
  if (answer_.total != static_cast<int64_t>(expected.size())) return "another number in review";
  expected.resize(std::min<size_t>(expected.size(), sent_.call.query.limit));
  if (answer_.transactions.size() != expected.size()) return "the list has another length";
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& [at, user, id] = expected[i];
    if (answer_.transactions[i] != model::See(*wallet_.Find(user, id))) return "not what is there";
  }
  return "";
}

std::string Check::Resolve() const {
  const Entry* entry = wallet_.Find(request_.user, sent_.call.id);
  const bool open = entry && entry->status == "pending";
  switch (answer_.outcome) {
    case Outcome::kTransactionNotFound:
      return open ? "it is open" : "";
    case Outcome::kIllegalTransition:
      return open && entry->substatus != "review" ? "" : "it is not open, or in review";
    case Outcome::kOk:
      break;
    default:
      return "no such answer to a decision";
  }
  const bool is_last = !last_.created && last_.user == request_.user && last_.id == sent_.call.id;
  if (!entry || !is_last) return "its position is not that of its event";
  if (entry->status != (sent_.call.paid ? "completed" : "failed")) return "the other decision";
  if (std::string wrong = IsTransaction(*entry); !wrong.empty()) return wrong;
  return IsBalance(entry->request.currency, last_.at, last_.at);
}

}  // namespace

bool SpeaksOfState(Outcome outcome) {
  return outcome != Outcome::kOverloaded && outcome != Outcome::kShuttingDown &&
         outcome != Outcome::kOutcomeUnknown && outcome != Outcome::kInternal;
}

std::string CheckAnswer(const Sent& sent, const model::Wallet& wallet, const Fact& last) {
  const Check check(sent, wallet, last);
  switch (sent.call.kind) {
    case CallKind::kWrite:
      return check.Write();
    case CallKind::kBalance:
      return check.ReadBalance();
    case CallKind::kById:
    case CallKind::kByKey:
      return check.ReadTransaction();
    case CallKind::kList:
      return check.List();
    case CallKind::kReviews:
      return check.Reviews();
    case CallKind::kResolve:
      return check.Resolve();
  }
  return "";
}

}  // namespace wallet::simulation
