#include "engine/retention/log_retention.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet {

LogRetention::LogRetention(LogRetentionEnvironment environment, Executor& executor,
                           std::optional<Position> started_from)
    : environment_(std::move(environment)),
      executor_(executor),
      started_from_(started_from.value_or(Position(0))),
      began_at_(environment_.log.end()) {}

void LogRetention::Run() {
  executor_.Post([this] {
    if (stopping_) return;
    const absl::Status status = RunNow();
    if (status.ok() || absl::IsCancelled(status)) return;
    environment_.on_alarm(absl::StrCat(
        "the log was not trimmed: ", status.message(),
        ". Nothing is lost, but it grows. It is tried again after the next snapshot."));
  });
}

absl::Status LogRetention::RunNow() {
  const auto kept = SnapshotCatalog(environment_.files, environment_.snapshots).List();
  if (!kept.ok()) return kept.status();
  if (kept->empty()) return absl::OkStatus();
  if (environment_.archive != nullptr) {
    const absl::Status archived = Archive(kept->back().position);
    if (!archived.ok()) return archived;
  }
  if (!environment_.index_position) return absl::OkStatus();
  const Position bound = BoundOf(*kept);
  return environment_.holds.Remove(
      [&](std::optional<Position> held) { return Trim(std::min(bound, held.value_or(bound))); });
}

// More than is trimmed next, so that the archive alone gives back any instant up to the newest
// snapshot.
absl::Status LogRetention::Archive(Position newest) {
  return environment_.archive->CopyUpTo(environment_.log, std::min(newest, environment_.log.end()),
                                        [this] { return stopping_.load(); });
}

bool LogRetention::IsProven(Position snapshot) const {
  return snapshot <= started_from_ || snapshot > began_at_;
}

Position LogRetention::BoundOf(const std::vector<SnapshotFile>& kept) const {
  Position bound = environment_.index_position();
  for (const SnapshotFile& each : kept) {
    bound = std::min(bound, IsProven(each.position) ? each.position : started_from_);
  }
  if (environment_.archive != nullptr) bound = std::min(bound, environment_.archive->end());
  return bound;
}

absl::Status LogRetention::Trim(Position bound) {
  const Position before = environment_.log.begin();
  if (bound <= before) return absl::OkStatus();
  if (absl::Status status = environment_.log.Trim(bound); !status.ok()) return status;
  const Position after = environment_.log.begin();
  if (after == before) return absl::OkStatus();
  LogTrimmed trimmed{.from = before, .to = after};
  if (environment_.archive != nullptr) trimmed.archived = environment_.archive->end();
  environment_.on_trim(trimmed);
  return absl::OkStatus();
}

}  // namespace wallet
