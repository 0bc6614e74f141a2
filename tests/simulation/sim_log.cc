#include "tests/simulation/sim_log.h"

#include <algorithm>
#include <utility>

#include "wal/record.h"

namespace wallet::simulation {

LogDisk::LogDisk() : genesis(GenesisHash("simulation")), begin_hash(genesis) {}

SimLog::SimLog(Core& core, LogDisk& disk, SimRandom random, std::function<void()> on_durable)
    : core_(core),
      disk_(disk),
      random_(random),
      knobs_(core.knobs.log),
      on_durable_(std::move(on_durable)),
      actor_(core.scheduler.AddWalletActor()),
      appended_(disk.end()),
      last_hash_(disk.last_hash()) {}

void SimLog::Append(Position expected_end, uint32_t count, std::span<const std::string_view> parts,
                    AppendDone done) {
  if (failed_) return done(absl::FailedPreconditionError("the log has failed; open it again"));
  if (expected_end != appended_ || random_.Chance(knobs_.fence)) {
    failed_ = true;
    return done(absl::AbortedError("fenced: another writer owns the log"));
  }
  const Position first(expected_end.value() + 1);
  Pending pending{.record = {first, count, ""}, .done = std::move(done)};
  pending.record.bytes = EncodeRecord(first, count, last_hash_, parts, &last_hash_);
  pending.record.hash = last_hash_;
  appended_ = pending.record.last();
  Draw(pending);
  core_.trace.Note("append", {},
                   {static_cast<int64_t>(first.value()), count,
                    static_cast<int64_t>(Xxh3(pending.record.bytes))});
  const int64_t delay_us = due_us_ - core_.clock.steady_us();
  pending_.push_back(std::move(pending));
  core_.scheduler.PostAfter(actor_, delay_us, [this] { CompleteDue(); });
}

void SimLog::Draw(Pending& pending) {
  const int64_t most_us = random_.Chance(knobs_.slow) ? knobs_.slow_us : knobs_.append_us;
  const int64_t now_us = core_.clock.steady_us();
  due_us_ = std::max(due_us_, now_us + random_.Range(1, most_us));
  pending.written_us = random_.Range(now_us, due_us_);
  if (random_.Chance(knobs_.fail)) pending.status = absl::DataLossError("input/output error");
}

// Timers come in the order of the appends.
void SimLog::CompleteDue() {
  for (Pending& pending : pending_) {
    if (std::exchange(pending.due, true)) continue;
    break;
  }
  while (!pending_.empty() && pending_.front().due) {
    Pending pending = std::move(pending_.front());
    pending_.pop_front();
    Complete(std::move(pending));
  }
}

void SimLog::Complete(Pending pending) {
  if (failed_) pending.status = absl::FailedPreconditionError("an earlier append has failed");
  AppendDone done = std::move(pending.done);
  const absl::Status status = pending.status;
  core_.trace.Note("synced", {},
                   {static_cast<int64_t>(pending.record.last().value()), status.ok()});
  if (status.ok()) {
    disk_.records.push_back(std::move(pending.record));
    on_durable_();
  } else {
    failed_ = true;
    limbo_.push_back(std::move(pending));
  }
  done(status);
}

void SimLog::Crash() {
  for (Pending& pending : pending_) limbo_.push_back(std::move(pending));
  pending_.clear();
  for (Pending& pending : limbo_) {
    if (core_.clock.steady_us() < pending.written_us || random_.Chance(kAlways / 2)) break;
    core_.trace.Note("survived", {}, {static_cast<int64_t>(pending.record.last().value())});
    disk_.records.push_back(std::move(pending.record));
  }
  limbo_.clear();
}

absl::Status SimLog::Read(Position after,
                          absl::FunctionRef<absl::Status(const RecordView&)> visit) {
  if (after < begin()) return absl::OutOfRangeError("trimmed");
  Sha256 previous = whole_ ? disk_.genesis : disk_.begin_hash;
  size_t first = whole_ ? 0 : disk_.trimmed;
  if (serving_) {
    const auto behind = [](Position position, const LogDisk::Record& record) {
      return position < record.last();
    };
    const auto record = std::upper_bound(disk_.records.begin() + static_cast<ptrdiff_t>(first),
                                         disk_.records.end(), after, behind);
    first = static_cast<size_t>(record - disk_.records.begin());
    if (first > 0) previous = disk_.records[first - 1].hash;
  }
  Position next = first == 0 ? Position(1) : Position(disk_.records[first - 1].last().value() + 1);
  for (size_t i = first; i < disk_.records.size(); ++i) {
    const LogDisk::Record& record = disk_.records[i];
    if (read_left_-- == 0) return absl::UnavailableError("the process died while it read the log");
    const std::string& bytes = &record == rotten_ ? rot_ : record.bytes;
    if (bytes.empty()) continue;
    const auto view = DecodeRecord(bytes, next, previous);
    if (!view.ok()) return view.status();
    if (view->last() > after) {
      if (absl::Status status = visit(*view); !status.ok()) return status;
    }
    previous = view->hash;
    next = Position(view->last().value() + 1);
  }
  return absl::OkStatus();
}

bool SimLog::Rot() {
  if (disk_.trimmed == disk_.records.size()) return false;
  // The last one is what nothing follows: its chain is not held against another's.
  const size_t last = disk_.records.size() - 1;
  const size_t kept = disk_.records.size() - disk_.trimmed;
  const size_t at = random_.Chance(kAlways / 4) ? last : disk_.trimmed + random_.Next() % kept;
  rotten_ = &disk_.records[at];
  rot_ = RotOf(*rotten_, at == last);
  core_.trace.Note("rotten", {}, {static_cast<int64_t>(rotten_->first.value()), std::ssize(rot_)});
  return true;
}

// The last record may be lost, or replaced, without a trace in the log itself: the high-water mark
// is for that (wal/mark.h).
std::string SimLog::RotOf(const LogDisk::Record& record, bool last) {
  std::string bytes = record.bytes;
  const auto at = static_cast<size_t>(random_.Next() % bytes.size());
  switch (random_.Range(1, last ? 2 : 4)) {
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_.Range(0, 7)));
      return bytes;
    case 2:
      return bytes.substr(0, std::max<size_t>(1, at));
    case 3:
      return "";
    default:
      break;
  }
  Sha256 other = record.hash, ignored;
  other[0] ^= 1;
  const std::string_view parts[] = {std::string_view(bytes).substr(kRecordHeaderBytes)};
  return EncodeRecord(record.first, record.count, other, parts, &ignored);
}

absl::Status SimLog::Trim(Position up_to) {
  while (disk_.trimmed < disk_.records.size() && disk_.records[disk_.trimmed].last() <= up_to) {
    disk_.begin_hash = disk_.records[disk_.trimmed].hash;
    disk_.begin = disk_.records[disk_.trimmed].last();
    ++disk_.trimmed;
  }
  return absl::OkStatus();
}

void SimLog::Heal() {
  knobs_.slow = knobs_.fail = knobs_.fence = 0;
  for (Pending& pending : pending_) pending.status = absl::OkStatus();
}

}  // namespace wallet::simulation
