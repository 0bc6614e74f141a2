#include "tests/simulation/ledger_watch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/answer_check.h"

namespace wallet::simulation {
namespace {

bool WasDoneAt(const Sent& sent, uint64_t position) {
  return sent.state == Sent::State::kAnswered && sent.answer.outcome == Outcome::kOk &&
         sent.answer.position == position;
}

Subject SubjectOf(const Fact& fact) { return {fact.user, fact.id}; }

std::string Describe(const Sent& sent) {
  return absl::StrCat("call ", sent.number, " (", ToString(sent.call), ") was answered ",
                      ToString(sent.answer));
}

}  // namespace

void LedgerWatch::OnAnswer(const Sent& sent, uint64_t durable) {
  if (!SpeaksOfState(sent.answer.outcome)) {
    // What was begun on a state may name it, and yet not be finished.
    const bool begun = sent.answer.outcome == Outcome::kInternal || sent.call.at;
    if ((sent.answer.position == 0 || begun) && !sent.answer.transaction && !sent.answer.balance)
      return;
    return problems_.Report(SubjectOf(sent), Describe(sent) + ": it can't know that");
  }
  CheckOrder(sent, durable);
  answers_.emplace(sent.answer.position, &sent);
}

void LedgerWatch::CheckOrder(const Sent& sent, uint64_t durable) {
  const uint64_t position = sent.answer.position;
  if (position > durable) {
    problems_.Report(
        SubjectOf(sent),
        absl::StrCat(Describe(sent), " before it was durable: the log ends at ", durable));
  }
  if (position < sent.floor || position < last_.position) {
    problems_.Report(SubjectOf(sent), absl::StrCat(Describe(sent), ", but ", sent.floor,
                                                   " was answered before it was sent"));
  }
  if (sent.call.kind == CallKind::kReviews) return;
  auto& positions = order_[{sent.connection, sent.call.request.user}];
  const auto place = positions.emplace(sent.number, position).first;
  const auto after = std::next(place);
  if ((place != positions.begin() && std::prev(place)->second > position) ||
      (after != positions.end() && after->second < position)) {
    problems_.Report(SubjectOf(sent), absl::StrCat(Describe(sent),
                                                   ": out of order with other calls of the same "
                                                   "connection about the same user"));
  }
}

void LedgerWatch::AdvanceTo(uint64_t position) {
  CheckAnswers();
  while (!problems_.any() && !tail_.empty() && tail_.front().position <= position) {
    const Fact fact = std::move(tail_.front());
    tail_.pop_front();
    Apply(fact);
    last_ = fact;
    CheckAnswers();
  }
}

void LedgerWatch::CheckAnswers() {
  while (!answers_.empty() && answers_.begin()->first <= last_.position) {
    const Sent& sent = *answers_.begin()->second;
    answers_.erase(answers_.begin());
    const std::string wrong = CheckAnswer(sent, wallet_, last_);
    if (!wrong.empty()) problems_.Report(SubjectOf(sent), Describe(sent) + ": " + wrong);
  }
}

void LedgerWatch::Apply(const Fact& fact) {
  if (fact.position != last_.position + 1) {
    problems_.Report(SubjectOf(fact), absl::StrCat("no event at position ", last_.position + 1));
  }
  int64_t& stamp = user_stamps_[fact.user];
  if (fact.at < stamp) problems_.Report(SubjectOf(fact), "the user's time goes back");
  stamp = fact.at;
  last_stamp_ = std::max(last_stamp_, fact.at);
  fact.created ? ApplyCreated(fact) : ApplyMoved(fact);
  if (problems_.any()) return;
  history_.push_back(model::See(*wallet_.Find(fact.user, fact.id)));
}

void LedgerWatch::ApplyCreated(const Fact& fact) {
  const Sent* cause = CauseOf(fact);
  const std::string what = absl::StrCat("event ", fact.position, " (key ", fact.request.key, ")");
  if (!cause) return problems_.Report(SubjectOf(fact), what + ": nobody's request, or refused");
  const std::string outcome = wallet_.Do(fact.request, fact.at);
  if (outcome != "ok") return problems_.Report(SubjectOf(fact), what + " should be " + outcome);
  if (wallet_.Find(fact.user, fact.id) == nullptr || wallet_.Find(fact.user, fact.id + 1)) {
    return problems_.Report(SubjectOf(fact), what + ": not the user's next number");
  }
  ++transactions_;
  if (fact.request.withdraw) {
    ++open_;
    ++withdrawals_;
    CheckPlaces(*cause, fact);
  } else {
    totals_[fact.request.currency] += fact.request.amount;
  }
  CheckParts(fact, fact.request.currency);
}

// A place is given back only after the end is durable: what is open here has one.
void LedgerWatch::CheckPlaces(const Sent& cause, const Fact& fact) {
  if (open_ <= cause.places) return;
  problems_.Report(SubjectOf(fact), absl::StrCat("accepted as number ", open_, " under way, with ",
                                                 cause.places, " places"));
}

// The call that was told so; otherwise one that may have done it: it was under way in the life of
// the process that wrote the event, and nothing rules it out.
const Sent* LedgerWatch::CauseOf(const Fact& fact) const {
  const Sent* cause = nullptr;
  for (const Sent* sent : journal_.Writes({fact.user, fact.request.key})) {
    if (sent->call.request != fact.request || fact.at < sent->earliest_stamp) continue;
    if (WasDoneAt(*sent, fact.position)) return sent;
    const bool in_life = sent->floor < fact.position && fact.position <= sent->ceiling;
    if (in_life && MayHaveHappened(*sent)) cause = sent;
  }
  return cause;
}

void LedgerWatch::ApplyMoved(const Fact& fact) {
  const model::Entry* entry = wallet_.Find(fact.user, fact.id);
  const std::string from = entry ? entry->substatus : "";
  std::string why = wallet_.Take(fact.user, fact.id, fact.move);
  if (why.empty()) why = JustifyMove(fact, from);
  if (!why.empty()) {
    return problems_.Report(SubjectOf(fact), absl::StrCat("event ", fact.position, ": ", why));
  }
  ++steps_[fact.move.to];
  const bool ended = entry->status != "pending";
  if (ended || fact.move.to == "review") --(from == "review" ? in_review_ : open_);
  if (fact.move.to == "review") ++in_review_;
  if (entry->status == "completed") totals_[entry->request.currency] -= entry->request.amount;
  CheckParts(fact, entry->request.currency);
}

std::string LedgerWatch::JustifyMove(const Fact& fact, const std::string& from) const {
  if (from != "review") return evidence_(fact, from);
  for (const Sent* sent : journal_.Decisions({fact.user, fact.id})) {
    if (sent->call.paid != (fact.move.to == "completed")) continue;
    if (WasDoneAt(*sent, fact.position) || MayHaveHappened(*sent)) return "";
  }
  return "resolved, but no operator decided so";
}

void LedgerWatch::CheckParts(const Fact& fact, const std::string& currency) {
  const model::Balance balance = wallet_.BalanceOf(fact.user, currency, fact.at);
  if (balance.withdrawable >= 0 && balance.unreleased >= 0 && balance.held >= 0) return;
  problems_.Report(SubjectOf(fact), "a part is negative: " + ToString(balance));
}

}  // namespace wallet::simulation
