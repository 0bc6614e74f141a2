#include "tests/simulation/follower.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/translate.h"

namespace wallet::simulation {

class Follower::Page final : public Batch {
 public:
  Page(Follower& follower, Asked asked) : follower_(follower), asked_(asked) {
    ListChanges list{.limit = asked.limit};
    if (asked.after) list.after = LedgerPosition{Epoch(7), *asked.after};
    operations.push_back(list);
  }
  void Complete(std::unique_ptr<Batch>) override { follower_.OnPage(asked_, results.front()); }

 private:
  Follower& follower_;
  const Asked asked_;
};

Follower::Follower(Core& core, Process& process, const LogDisk& disk, FileDisk& files,
                   Auditor& auditor)
    : core_(core),
      process_(process),
      disk_(disk),
      files_(files),
      auditor_(auditor),
      random_(core.random.Fork()),
      actor_(core.scheduler.AddActor()) {}

void Follower::Sleep() {
  const int64_t most_us = healed_ ? kMicrosPerSecond : core_.knobs.follow_us;
  core_.scheduler.PostAfter(actor_, random_.LogRange(most_us / 16 + 1, most_us), [this] {
    if (process_.up() && !asking_) Ask();
    Sleep();
  });
}

void Follower::Ask() {
  Asked asked{.after = after_,
              .limit = random_.LogRange(1, healed_ ? 1000 : 200),
              .begin = disk_.begin,
              .floor = auditor_.journal().floor(),
              .file_failures = files_.Failures()};
  // Who has read nothing yet may leave the beginning to the wallet, and so may anybody.
  if (random_.Chance(kAlways / 20)) asked.after.reset();
  asking_ = true;
  process_.engine().Submit(process_.engine().shard_count(), std::make_unique<Page>(*this, asked));
}

void Follower::OnEnd() {
  asking_ = false;
  Check();
}

void Follower::OnPage(const Asked& asked, const Result& result) {
  asking_ = false;
  ++pages_;
  core_.trace.Note(
      "changes", {},
      {static_cast<int64_t>(result.outcome), static_cast<int64_t>(result.position.value()),
       result.changes ? std::ssize(result.changes->changes) : -1});
  const bool disturbed = files_.MayFail(asked.file_failures);
  switch (result.outcome) {
    case Outcome::kOk:
      return OnOk(asked, *result.changes, result.position);
    case Outcome::kPositionTooOld:
      return OnTooOld(asked, result.position);
    case Outcome::kInternal:
      if (!disturbed) Report(after_, "internal, but no disk has failed");
      return;
    case Outcome::kShuttingDown:
    case Outcome::kOutcomeUnknown:
      return;
    default:
      Report(after_, absl::StrCat("answered ", std::string(Code(result.outcome))));
  }
}

void Follower::OnOk(const Asked& asked, const ChangesPage& page, Position position) {
  const Position first_after = asked.after.value_or(
      page.changes.empty() ? page.next : Position(page.changes.front().position.value() - 1));
  if (!asked.after && (first_after < asked.begin || first_after > disk_.begin)) {
    Report(first_after, "is not where the log begins");
  }
  if (page.end != position || page.end > disk_.end() || page.end.value() < asked.floor) {
    Report(page.end, "is not where the log ends");
  }
  const int64_t count = std::ssize(page.changes);
  if (count > asked.limit || (count < asked.limit && page.next != page.end) ||
      page.next.value() != first_after.value() + static_cast<uint64_t>(count)) {
    Report(page.next, "is not what the page leads to");
  }
  for (int64_t i = 0; i < count; ++i) {
    const Change& change = page.changes[static_cast<size_t>(i)];
    if (change.position.value() != first_after.value() + 1 + static_cast<uint64_t>(i)) {
      Report(change.position, "out of order, or something is left out before it");
    }
    unchecked_.push_back({change.position, TransactionOf(change.transaction)});
    if (asked.after)
      pieced_[{change.transaction.user.value(), change.transaction.id.value()}] =
          unchecked_.back().transaction;
  }
  if (asked.after) after_ = page.next;
  Check();
}

// It reads all users anew and goes on.
void Follower::OnTooOld(const Asked& asked, Position position) {
  if (!asked.after || *asked.after >= disk_.begin) {
    return Report(asked.after.value_or(Position(0)), "is kept, but was called too old");
  }
  if (position < disk_.begin || position > disk_.end()) {
    Report(position, "is not where to go on");
  }
  after_ = rebased_ = position;
  pieced_.clear();
}

void Follower::Check() {
  const auto& history = auditor_.history();
  std::erase_if(unchecked_, [&](const Seen& seen) {
    const uint64_t place = seen.position.value() - 1;
    if (place >= history.size()) return false;
    if (seen.transaction != history[place]) {
      Report(seen.position, absl::StrCat("should be [", ToString(history[place]), "], was [",
                                         ToString(seen.transaction), "]"));
    }
    return true;
  });
}

void Follower::Compare() {
  Check();
  if (!unchecked_.empty()) Report(unchecked_.front().position, "is behind the end of the log");
  std::map<std::pair<int64_t, int64_t>, const model::Transaction*> expected;
  const auto& history = auditor_.history();
  for (size_t i = static_cast<size_t>(rebased_.value()); i < history.size(); ++i) {
    expected[{history[i].user, history[i].id}] = &history[i];
  }
  bool same = pieced_.size() == expected.size();
  for (auto a = expected.begin(); same && a != expected.end(); ++a) {
    const auto b = pieced_.find(a->first);
    const model::Entry* entry = auditor_.ledger().wallet().Find(a->first.first, a->first.second);
    same = b != pieced_.end() && entry && b->second == model::See(*entry);
  }
  if (!same) Report(after_, "what was followed up to here is not what the model holds");
}

void Follower::Report(Position position, const std::string& what) {
  core_.problems.Report({}, absl::StrCat("changes: position ", position.value(), " ", what));
}

}  // namespace wallet::simulation
