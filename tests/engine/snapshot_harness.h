// An engine on one thread that keeps snapshots on a disk in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/catalog.h"
#include "tests/engine/harness.h"
#include "tests/engine/random_load.h"
#include "tests/engine/replayed.h"
#include "tests/support/memory_files.h"

namespace wallet::testing {

class SnapshotHarness {
 public:
  explicit SnapshotHarness(int shards = 3, unsigned seed = 1) : load(h, seed) {
    h.files = &files;
    h.disk->keeps_everything = true;  // Logged() replays it from the beginning
    h.indexed = true;
    h.options.snapshots.directory = kDirectory;
    h.options.snapshots.slice_bytes = 40;  // a user or two
    h.Reopen(shards);
  }

  // Settled writes.
  void Write(int count) {
    for (int i = 0; i < count; ++i) load.SubmitWrite();
    load.Settle();
  }
  using Answer = std::shared_ptr<std::optional<absl::StatusOr<SnapshotTaken>>>;
  Answer Ask() {
    auto answer = std::make_shared<std::optional<absl::StatusOr<SnapshotTaken>>>();
    h.engine->TakeSnapshot([answer](absl::StatusOr<SnapshotTaken> taken) { *answer = taken; });
    return answer;
  }
  absl::StatusOr<SnapshotTaken> Take() {
    const Answer answer = Ask();
    load.Settle();
    return answer->value_or(absl::InternalError("no answer came"));
  }
  // Of the files that have their final names.
  std::vector<Position> Kept() {
    std::vector<Position> kept;
    const auto listed = SnapshotCatalog(files, kDirectory).List();
    for (const SnapshotFile& file : *listed) kept.push_back(file.position);
    return kept;
  }
  std::string PathOf(Position position) {
    return SnapshotCatalog(files, kDirectory).PathOf(position);
  }
  // Of everything that holds money, all lots included.
  Digest State() const { return h.engine->DigestAt(kMinInstant); }
  Digest Logged() { return ReplayedDigest(*h.log, h.log->end()); }

  static constexpr char kDirectory[] = "/snapshots";

  MemoryFiles files;
  Harness h;
  RandomLoad load;
};

}  // namespace wallet::testing
