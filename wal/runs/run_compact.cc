// The part of RunSet that merges runs.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

RunCompaction Slice(FamilyId family, const std::vector<RunInfo>& runs, RunWindow window) {
  RunCompaction compaction{family, {}};
  for (size_t i = 0; i < window.count; ++i) {
    compaction.runs.push_back(runs[window.begin + i].number);
  }
  return compaction;
}

// Where the compaction's runs stand.
absl::StatusOr<RunWindow> Find(const RunCompaction& compaction, const RunManifest& manifest) {
  const std::vector<RunInfo>& runs = manifest.families[compaction.family.value()].runs;
  const auto found =
      std::search(runs.begin(), runs.end(), compaction.runs.begin(), compaction.runs.end(),
                  [](const RunInfo& run, RunNumber number) { return run.number == number; });
  if (found == runs.end()) {
    return absl::AbortedError("the runs to merge do not stand side by side any more");
  }
  return RunWindow{static_cast<size_t>(found - runs.begin()), compaction.runs.size()};
}

}  // namespace

std::optional<RunCompaction> RunSet::PickCompaction(FamilyId family) const {
  const std::shared_ptr<const RunView> now = view();
  const std::vector<RunInfo>& runs = now->manifest().families[family.value()].runs;
  std::vector<uint64_t> sizes;
  for (const RunInfo& run : runs) sizes.push_back(run.summary.size_bytes);
  const std::optional<RunWindow> window =
      PickRunWindow(sizes, (*families_)[family.value()].merge_width);
  if (!window) return std::nullopt;
  return Slice(family, runs, *window);
}

std::optional<RunCompaction> RunSet::WholeFamily(FamilyId family) const {
  const std::shared_ptr<const RunView> now = view();
  const std::vector<RunInfo>& runs = now->manifest().families[family.value()].runs;
  if (runs.size() < 2) return std::nullopt;
  return Slice(family, runs, {0, runs.size()});
}

absl::Status RunSet::Compact(const RunCompaction& compaction, RunStop should_stop) {
  WALLET_CHECK(compaction.family.value() < families_->size() && compaction.runs.size() >= 2);
  auto writer = Merge(compaction, should_stop);
  if (!writer.ok()) return writer.status();
  absl::Status status = Replace(compaction, *std::move(writer));
  RemoveDropped();
  return status;
}

absl::StatusOr<std::unique_ptr<RunWriter>> RunSet::Merge(const RunCompaction& compaction,
                                                         RunStop should_stop) {
  const std::shared_ptr<const RunView> source = view();
  const auto window = Find(compaction, source->manifest());
  if (!window.ok()) return window.status();
  std::vector<const RunReader*> runs;
  uint64_t groups = 0;
  uint32_t level = 0;
  for (size_t i = window->begin; i < window->begin + window->count; ++i) {
    const RunInfo& info = source->manifest().families[compaction.family.value()].runs[i];
    runs.push_back(source->runs(compaction.family)[i].get());
    groups += info.summary.groups;
    level = std::max(level, info.level + 1);
  }
  auto writer = NewRun(compaction.family, groups, level);
  if (!writer.ok()) return writer.status();
  const RunCombine& combine = (*families_)[compaction.family.value()].combine;
  absl::Status status = MergeRuns(runs, combine, should_stop, **writer);
  if (status.ok()) status = (*writer)->Finish();
  if (!status.ok()) return status;
  return writer;
}

absl::Status RunSet::Replace(const RunCompaction& compaction, std::unique_ptr<RunWriter> writer) {
  std::vector<std::unique_ptr<RunWriter>> writers;
  writers.push_back(std::move(writer));
  auto added = OpenAdded(std::move(writers));
  if (!added.ok()) return added.status();
  const std::lock_guard lock(commit_mutex_);
  RunManifest next = view()->manifest();
  const auto window = Find(compaction, next);
  if (!window.ok()) return window.status();
  std::vector<RunInfo>& runs = next.families[compaction.family.value()].runs;
  const RunWriter& merged = *added->front().writer;
  const auto first = runs.begin() + static_cast<ptrdiff_t>(window->begin);
  *first = {merged.label().number, merged.label().level, merged.summary()};
  runs.erase(first + 1, first + static_cast<ptrdiff_t>(window->count));
  return Publish(std::move(next), *std::move(added));
}

}  // namespace wallet
