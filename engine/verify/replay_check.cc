#include "engine/verify/replay_check.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "engine/verify/fits.h"
#include "engine/verify/index_log.h"
#include "engine/verify/index_rows.h"
#include "wal/archive/read_history.h"

namespace wallet {
namespace {

constexpr char kName[] = "replay";
constexpr char kUnit[] = "events";

class ReplayCheck {
 public:
  ReplayCheck(const ReplayInput& input, Position held_from, const SnapshotFacts* start,
              IndexLogCheck* against_log, Check& check, CheckList& list)
      : input_(input),
        held_from_(held_from),
        start_(start),
        against_log_(against_log),
        check_(check),
        list_(list) {}

  void Run() {
    const CheckList::Timed timed(list_, check_);
    if (!Begin() || !ShowWhatWasBefore()) return;
    for (const Position target : Targets()) {
      if (!check_.Holds(AdvanceTo(target))) return;
      Compare(target);
    }
    ledger_.CheckInvariants();
  }

  // Whether the index was held against the ledger at its position, and against all events.
  bool index_compared() const { return index_compared_; }

 private:
  using EventVisitor =
      absl::FunctionRef<absl::Status(Position at, const Event&, const EncodedEvent&)>;

  bool Begin() {
    if (!start_) return true;
    at_ = start_->file.position;
    return check_.Holds(LoadSnapshot(input_.files, start_->file, ledger_));
  }

  // The events that archive and log hold from before the replay's start only the index knows of.
  bool ShowWhatWasBefore() {
    if (!against_log_) return true;
    const Position until = std::min(at_, input_.index->position());
    return check_.Holds(
        Read(held_from_, until, [&](Position, const Event& event, const EncodedEvent& encoded) {
          against_log_->Add(event, encoded, std::nullopt);
          return absl::OkStatus();
        }));
  }

  // Where there is something to compare, ascending, and the log's end.
  std::vector<Position> Targets() const {
    std::vector<Position> targets{input_.log.end()};
    for (const SnapshotFacts& each : input_.snapshots) targets.push_back(each.file.position);
    if (against_log_) targets.push_back(input_.index->position());
    std::erase_if(targets, [&](Position each) { return each < at_; });
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    return targets;
  }

  absl::Status AdvanceTo(Position target) {
    const absl::Status status =
        Read(at_, target, [&](Position at, const Event& event, const EncodedEvent& encoded) {
          const std::string why = WhyNot(ledger_, event);
          if (!why.empty()) {
            return absl::DataLossError(
                absl::StrCat("the event at position ", at.value(), " does not fit: ", why));
          }
          ledger_.Apply(event);
          if (against_log_ && at <= input_.index->position()) Show(event, encoded);
          check_.Count();
          return absl::OkStatus();
        });
    if (status.ok()) at_ = target;
    return status;
  }

  // What just happened, to the index.
  void Show(const Event& event, const EncodedEvent& encoded) {
    against_log_->Add(event, encoded, ledger_.BalanceOf(event.user, event.currency, event.at));
  }

  void Compare(Position at) {
    for (const SnapshotFacts& each : input_.snapshots) {
      if (each.file.position != at) continue;
      const Digest replayed = ledger_.DigestAt(kMinInstant);
      if (replayed == each.digest) continue;
      check_.Differ(absl::StrCat("at position ", at.value(), " the replay's digest is ",
                                 ToHex(replayed), ", that of ", each.file.path, " is ",
                                 ToHex(each.digest)));
    }
    if (!ledger_.ConservationHolds()) {
      check_.Differ(absl::StrCat("at position ", at.value(), " money is missing or too much"));
    }
    if (!against_log_ || at != input_.index->position()) return;
    against_log_->Finish();
    CheckIndexRows(*input_.index, &ledger_, list_);
    index_compared_ = true;
  }

  // Every event behind `after` and at or before `until`.
  absl::Status Read(Position after, Position until, EventVisitor visit) {
    if (until <= after) return absl::OkStatus();
    return ReadHistory(input_.archive, &input_.log, after, until, [&](const RecordView& record) {
      uint64_t position = record.first.value();
      absl::Status result;
      const absl::Status status =
          ReadPayload(record, [&](const Event& event, const EncodedEvent& encoded) {
            const Position at(position++);
            if (at > after && at <= until && result.ok()) result = visit(at, event, encoded);
          });
      check_.Progress(record.last().value() - held_from_.value(),
                      input_.log.end().value() - held_from_.value());
      return status.ok() ? result : status;
    });
  }

  const ReplayInput& input_;
  const Position held_from_;
  const SnapshotFacts* const start_;  // null: from nothing
  IndexLogCheck* const against_log_;  // null: there is no index to be asked
  Check& check_;
  CheckList& list_;
  Ledger ledger_;
  Position at_;
  bool index_compared_ = false;
};

// Whether the index belongs to what archive and log hold.
bool CheckIndexPlace(const IndexReader& index, Position held_from, Position end, CheckList& list) {
  const Position position = index.position();
  Check& check = list.Add("index place", "its position is one of the log's", "positions");
  check.Count();
  if (position > end) {
    check.Differ(absl::StrCat("the index goes up to position ", position.value(),
                              ", but the log ends at ", end.value()));
  } else if (position < held_from) {
    check.Differ(absl::StrCat("the index goes up to position ", position.value(),
                              ", but the log begins only behind ", held_from.value(),
                              ": what happened between is lost"));
  }
  return check.ok();
}

}  // namespace

void CheckReplay(const ReplayInput& input, CheckList& list) {
  const Position held_from = input.archive ? input.archive->begin() : input.log.begin();
  const bool index_fits =
      input.index && CheckIndexPlace(*input.index, held_from, input.log.end(), list);
  const SnapshotFacts* const start =
      held_from == Position(0) || input.snapshots.empty() ? nullptr : &input.snapshots.front();
  const std::string from =
      start ? absl::StrCat("from the snapshot at ", start->file.position.value()) : "all events";
  Check& check = list.Add(kName, from + ": each fits, to every later digest; a recount", kUnit);
  bool index_compared = false;
  if (held_from > Position(0) && !start) {
    check.Differ(absl::StrCat("the log begins only behind position ", held_from.value(),
                              ", and no sound snapshot holds what was before"));
  } else {
    std::optional<IndexLogCheck> against_log;
    if (index_fits) against_log.emplace(*input.index, list);
    ReplayCheck replay(input, held_from, start, against_log ? &*against_log : nullptr, check, list);
    replay.Run();
    index_compared = replay.index_compared();
    if (against_log && !index_compared) against_log->GiveUp("the replay did not come so far");
  }
  if (input.index && !index_compared) CheckIndexRows(*input.index, nullptr, list);
}

}  // namespace wallet
