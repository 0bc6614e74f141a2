#include "wal/runs/run_view.h"

#include <utility>

#include "wal/base/check.h"

namespace wallet {
namespace {

// Whether the run may hold a key of the range.
bool Touches(const RunReader& run, RunKey from, RunKey to) {
  if (to < run.summary().first || run.summary().last < from) return false;
  return from.group != to.group || run.MayContain(from.group);
}

// One block of each run is read next: the disk may look for all of them at once. Where the page
// cache has them, this costs less than 1 µs a run.
void AnnounceStart(const std::vector<const RunReader*>& runs, RunKey start) {
  for (const RunReader* run : runs) run->WillReadBlock(run->index().Find(start));
}

bool Within(RunKey key, RunKey from, RunKey to) { return from <= key && key <= to; }

}  // namespace

RunView::RunView(std::shared_ptr<const std::vector<RunFamily>> families, RunManifest manifest,
                 std::vector<std::vector<Run>> runs)
    : families_(std::move(families)), manifest_(std::move(manifest)), runs_(std::move(runs)) {
  WALLET_CHECK(families_->size() == runs_.size() && runs_.size() == manifest_.families.size());
}

std::vector<std::string> RunView::FileNames() const {
  std::vector<std::string> names;
  for (const RunFamilyInfo& family : manifest_.families) {
    for (const RunInfo& run : family.runs) names.push_back(RunFileName(family.name, run.number));
  }
  return names;
}

absl::Status RunView::Scan(FamilyId family, RunKey from, RunKey to, RunVisitor visit) const {
  return ScanMerged(family, from, to, RunMerge::Direction::kForward, visit);
}

absl::Status RunView::ScanBack(FamilyId family, RunKey from, RunKey to, RunVisitor visit) const {
  return ScanMerged(family, from, to, RunMerge::Direction::kBack, visit);
}

absl::Status RunView::ScanMerged(FamilyId family, RunKey from, RunKey to,
                                 RunMerge::Direction direction, RunVisitor visit) const {
  const bool forward = direction == RunMerge::Direction::kForward;
  std::vector<const RunReader*> touched;
  for (const Run& run : runs(family)) {
    if (Touches(*run, from, to)) touched.push_back(run.get());
  }
  if (touched.size() > 1) AnnounceStart(touched, forward ? from : to);
  std::vector<RunCursor> inputs;
  for (const RunReader* run : touched) {
    RunCursor& input = inputs.emplace_back(*run);
    absl::Status status = forward ? input.SeekFirst(from) : input.SeekLast(to);
    if (!status.ok()) return status;
  }
  if (inputs.empty()) return absl::OkStatus();
  RunMerge merge(std::move(inputs), direction, (*families_)[family.value()].combine);
  absl::Status status = merge.Next();
  while (status.ok() && merge.valid() && Within(merge.entry().key, from, to)) {
    if (!visit(merge.entry())) break;
    status = merge.Next();
  }
  return status;
}

bool RunView::MayContain(FamilyId family, uint64_t group) const {
  for (const Run& run : runs(family)) {
    if (run->MayContain(group)) return true;
  }
  return false;
}

void RunView::MayContain(FamilyId family, std::span<const uint64_t> groups,
                         std::span<bool> may) const {
  for (const Run& run : runs(family)) run->MayContain(groups, may);
}

absl::Status RunView::Verify(RunProgress progress) const {
  const uint64_t total = 2 * file_bytes();
  uint64_t before = 0;
  for (const std::vector<Run>& family : runs_) {
    for (const Run& run : family) {
      absl::Status status = run->Verify(
          [&](uint64_t done, uint64_t /*of_run*/) { return progress(before + done, total); });
      if (!status.ok()) return status;
      before += 2 * run->summary().size_bytes;
    }
  }
  return absl::OkStatus();
}

uint64_t RunView::file_bytes() const {
  uint64_t bytes = 0;
  for (const std::vector<Run>& family : runs_) {
    for (const Run& run : family) bytes += run->summary().size_bytes;
  }
  return bytes;
}

uint64_t RunView::memory_bytes() const {
  uint64_t bytes = 0;
  for (const std::vector<Run>& family : runs_) {
    for (const Run& run : family) bytes += run->memory_bytes();
  }
  return bytes;
}

}  // namespace wallet
