#include "tests/simulation/journal.h"

#include <algorithm>

namespace wallet::simulation {
namespace {

bool IsWithdraw(const Sent& sent) {
  return sent.call.kind == CallKind::kWrite && sent.call.request.withdraw;
}

template <class Map>
const std::vector<Sent*>& FindIn(const Map& map, const typename Map::key_type& key) {
  static const std::vector<Sent*> kNone;
  const auto it = map.find(key);
  return it == map.end() ? kNone : it->second;
}

}  // namespace

Sent& Journal::Add(Sent sent) {
  sent.number = calls() + 1;
  sent.floor = floor_;
  all_.push_back(std::move(sent));
  Sent& added = all_.back();
  open_.emplace(added.number, &added);
  if (IsWithdraw(added)) ++open_withdraws_;
  const model::Request& request = added.call.request;
  if (added.call.kind == CallKind::kWrite) writes_[{request.user, request.key}].push_back(&added);
  if (added.call.kind == CallKind::kResolve) {
    decisions_[{request.user, added.call.id}].push_back(&added);
  }
  return added;
}

void Journal::Answered(Sent& sent) {
  Close(sent);
  sent.state = Sent::State::kAnswered;
  floor_ = std::max(floor_, sent.answer.position);
  ++answers_;
  ++outcomes_[sent.answer.outcome];
  if (MayHaveHappened(sent) && IsWithdraw(sent)) ++doubtful_withdraws_;
}

void Journal::Lost(Sent& sent) {
  Close(sent);
  sent.state = Sent::State::kLost;
}

void Journal::Abandoned(Sent& sent) {
  Lost(sent);
  if (IsWithdraw(sent)) ++doubtful_withdraws_;
}

void Journal::EndLife(uint64_t end) {
  doubtful_withdraws_ = 0;
  for (; lives_end_ < all_.size(); ++lives_end_) all_[lives_end_].ceiling = end;
}

void Journal::Close(Sent& sent) {
  open_.erase(sent.number);
  if (IsWithdraw(sent)) --open_withdraws_;
}

const std::vector<Sent*>& Journal::Writes(const Key& key) const { return FindIn(writes_, key); }

const std::vector<Sent*>& Journal::Decisions(const Withdrawal& withdrawal) const {
  return FindIn(decisions_, withdrawal);
}

}  // namespace wallet::simulation
