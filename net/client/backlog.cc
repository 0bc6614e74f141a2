#include "net/client/backlog.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "net/client/limits.h"

namespace wallet::client {
namespace {

bool Before(const Run& a, const Run& b) {
  const uint64_t at_a = a.unit->sequence(), at_b = b.unit->sequence();
  return at_a != at_b ? at_a < at_b : a.first < b.first;
}

// What of a frame's limits is left.
struct Room {
  size_t operations;
  size_t bytes;
  int64_t listed;

  // How many operations of the run fit, from its first.
  uint32_t Fitting(const Run& run) const {
    const auto most = static_cast<uint32_t>(std::min<size_t>(run.count, operations));
    if (run.unit->listed() > listed) return 0;
    if (most == 0 || run.unit->bytes(run.first, most).size() <= bytes) return most;
    uint32_t fitting = 0;
    while (run.unit->bytes(run.first, fitting + 1).size() <= bytes) ++fitting;
    return fitting;
  }

  void Use(const Run& run) {
    operations -= run.count;
    bytes -= run.unit->bytes(run.first, run.count).size();
    listed -= run.unit->listed();
  }
};

}  // namespace

void Backlog::Add(UnitPtr unit) {
  unit->set_sequence(next_sequence_++);
  const auto count = static_cast<uint32_t>(unit->size());
  added_.push_back({std::move(unit), 0, count});
}

void Backlog::Return(std::vector<Run> runs) {
  std::ranges::sort(runs, Before);
  const auto old_size = static_cast<ptrdiff_t>(returned_.size());
  std::ranges::move(runs, std::back_inserter(returned_));
  std::inplace_merge(returned_.begin(), returned_.begin() + old_size, returned_.end(), Before);
}

Frame Backlog::Take(const FrameLimits& limits, std::string& out) {
  const Room whole{limits.operations, limits.body_bytes, kMaxListedPerRequest};
  Room room = whole;
  Frame frame;
  for (DropDone(); !Front().empty(); DropDone()) {
    Run& run = Front().front();
    if (frame.operations > 0 && frame.operations + run.count > kGatheredOperations) break;
    const uint32_t count = room.Fitting(run);
    if (count < run.count && frame.operations > 0 &&
        (count == 0 || whole.Fitting(run) == run.count)) {
      break;
    }
    if (count == 0) {
      RefuseFirst(run);
      continue;
    }
    const Run taken{run.unit, run.first, count};
    room.Use(taken);
    out.append(run.unit->bytes(run.first, count));
    run.unit->Send(run.first, count);
    frame.operations += count;
    frame.deadline = std::max(frame.deadline, run.unit->deadline());
    run.first += count;
    run.count -= count;
    frame.runs.push_back(taken);
    if (run.count > 0) break;
    Front().pop_front();
  }
  return frame;
}

void Backlog::RefuseFirst(Run& run) {
  const UnitPtr unit = run.unit;
  const uint32_t index = run.first++;
  if (--run.count == 0) Front().pop_front();
  unit->Refuse(index, Code::kMalformedRequest,
               "The operation is larger than the server's frames; shorten its texts.");
}

void Backlog::DropDone() {
  while (!Front().empty() && Front().front().unit->done()) Front().pop_front();
}

void Backlog::Clear() {
  added_.clear();
  returned_.clear();
}

}  // namespace wallet::client
