// The part of RunSet that changes which runs count.
#include <map>
#include <utility>

#include "wal/base/check.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

RunInfo InfoOf(const RunWriter& writer) {
  return {writer.label().number, writer.label().level, writer.summary()};
}

}  // namespace

absl::Status RunSet::Commit(std::vector<std::unique_ptr<RunWriter>> added, Position position,
                            std::string metadata) {
  absl::Status status = CommitAdded(std::move(added), position, std::move(metadata));
  RemoveDropped();
  return status;
}

absl::Status RunSet::CommitAdded(std::vector<std::unique_ptr<RunWriter>> writers, Position position,
                                 std::string metadata) {
  auto added = OpenAdded(std::move(writers));
  if (!added.ok()) return added.status();
  const std::lock_guard lock(commit_mutex_);
  RunManifest next = view()->manifest();
  WALLET_CHECK(next.position <= position);
  next.position = position;
  next.metadata = std::move(metadata);
  for (const Added& run : *added) {
    std::vector<RunInfo>& runs = next.families[run.writer->label().family.value()].runs;
    runs.insert(runs.begin(), InfoOf(*run.writer));
  }
  return Publish(std::move(next), *std::move(added));
}

// A run that can't be opened must not be committed: opening comes first.
absl::StatusOr<std::vector<RunSet::Added>> RunSet::OpenAdded(
    std::vector<std::unique_ptr<RunWriter>> writers) {
  std::vector<Added> added;
  for (std::unique_ptr<RunWriter>& writer : writers) {
    WALLET_CHECK(writer->finished());
    auto reader =
        OpenRun(files_, writer->path(), PathOf(writer->label()), writer->summary(), graveyard_);
    if (!reader.ok()) return reader.status();
    added.push_back({std::move(writer), *std::move(reader)});
  }
  return added;
}

absl::Status RunSet::Publish(RunManifest next, std::vector<Added> added) {
  next.sequence = ++sequence_;
  next.next_number = next_number_;
  if (absl::Status status = NameFiles(added); !status.ok()) return status;
  const std::string bytes = EncodeRunManifest(next);
  absl::Status status = files_.WriteFileAtomically(PathOf(kRunManifestName), bytes);
  const bool counts = status.ok() || MayBeWritten(bytes);
  for (const Added& run : added) {
    if (counts) run.writer->Keep();
    if (counts && !status.ok()) in_doubt_.push_back(run.reader);
  }
  if (status.ok()) Swap(std::move(next), added);
  return status;
}

absl::Status RunSet::NameFiles(const std::vector<Added>& added) {
  for (const Added& run : added) {
    absl::Status status = run.writer->Rename(PathOf(run.writer->label()));
    if (!status.ok()) return status;
  }
  return added.empty() ? absl::OkStatus() : files_.SyncDirectory(options_.directory);
}

// After the write failed: whether the manifest was replaced nevertheless, or that can't be seen.
bool RunSet::MayBeWritten(const std::string& manifest_bytes) {
  const auto found = files_.ReadFile(PathOf(kRunManifestName));
  return !found.ok() || *found == manifest_bytes;
}

void RunSet::Swap(RunManifest next, const std::vector<Added>& added) {
  std::map<RunNumber, RunView::Run> known;
  const std::shared_ptr<const RunView> current = view();
  for (uint32_t family = 0; family < families_->size(); ++family) {
    const std::vector<RunInfo>& infos = current->manifest().families[family].runs;
    for (size_t i = 0; i < infos.size(); ++i) {
      known[infos[i].number] = current->runs(FamilyId(family))[i];
    }
  }
  for (const Added& run : added) known[run.writer->label().number] = run.reader;

  std::vector<std::vector<RunView::Run>> runs;
  for (const RunFamilyInfo& family : next.families) {
    std::vector<RunView::Run>& live = runs.emplace_back();
    for (const RunInfo& info : family.runs) {
      WALLET_CHECK(known.contains(info.number));
      live.push_back(known.extract(info.number).mapped());
    }
  }
  for (const auto& [number, run] : known) graveyard_->Drop(run->known_as());
  for (const RunView::Run& run : in_doubt_) graveyard_->Drop(run->known_as());
  in_doubt_.clear();
  auto view = std::make_shared<const RunView>(families_, std::move(next), std::move(runs));
  const std::lock_guard lock(view_mutex_);
  view_ = std::move(view);
}

}  // namespace wallet
