// A running engine whose log, snapshots and index are backed up, all in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/backup/create_backup.h"
#include "engine/backup/verify_backup.h"
#include "engine/index/index.h"
#include "engine/recovery.h"
#include "engine/section_load.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/snapshot_reader.h"
#include "tests/engine/index/story.h"
#include "tests/engine/snapshot_harness.h"
#include "wal/archive/archive_reader.h"
#include "wal/record.h"

namespace wallet::testing {

inline bool GoOn(const BackupProgress&) { return true; }

// The index's content is another story: only its position has to do with the log.
struct BackupFixture {
  static constexpr char kHome[] = "/ledger";
  static constexpr char kIndex[] = "/ledger/index";
  static constexpr char kSet[] = "/backups/1";

  BackupFixture() {
    for (const char* directory : {kHome, "/backups"}) {
      EXPECT_TRUE(s.files.CreateDirectory(directory).ok());
    }
    identity.epoch = Epoch(7);
    identity.default_currency = *Currency::Parse("USD");
    identity.chain_seed = "memory";
    s.files.Put("/ledger/LEDGER", EncodeIdentity(identity));
  }

  void OpenIndex() {
    EXPECT_TRUE(CreateIndex(s.files, kIndex, s.h.random).ok());
    auto opened = wallet::OpenIndex(s.files, kIndex, s.h.random);
    EXPECT_TRUE(opened.ok()) << opened.status();
    index = *std::move(opened);
  }
  void IndexUpTo(Position position) {
    story.Charge(1 + static_cast<int64_t>(position.value() % 7));
    IndexBatch batch = story.Batch(indexed);
    indexed = story.size();
    batch.position = position;
    EXPECT_TRUE(index->writer().Write(batch, [] { return false; }).ok());
  }

  BackupLedger Ledger() {
    BackupLedger ledger{.files = s.files,
                        .clock = s.h.clock,
                        .log = *s.h.log,
                        .holds = s.h.engine->holds(),
                        .identity = identity,
                        .ledger_file = "/ledger/LEDGER",
                        .snapshots = SnapshotHarness::kDirectory,
                        .index = kIndex};
    if (index) ledger.index_view = [this] { return index->runs().view(); };
    return ledger;
  }
  absl::StatusOr<BackupMade> Backup(const std::string& set = kSet, const std::string& earlier = "",
                                    BackupProgressFn progress = GoOn) {
    return CreateBackup(Ledger(), set, earlier, progress);
  }
  absl::Status Verify(const std::string& set = kSet) {
    return VerifyBackup(s.files, set, GoOn).status();
  }
  // The ledger that the set gives back, from its snapshot and the log behind it.
  Digest StateIn(const std::string& set = kSet) {
    const auto read = ReadBackupContents(s.files, set);
    EXPECT_TRUE(read.ok()) << read.status();
    std::vector<std::unique_ptr<ShardState>> states;
    for (int i = 0; i < 2; ++i)
      states.push_back(std::make_unique<ShardState>(KeyHasher(KeySecret{})));
    Position at(0);
    if (read->contents.snapshot) at = LoadFrom(set, *read->contents.snapshot, states);
    Replay(set, at, states);
    Digest digest;
    for (const auto& state : states) digest += state->ledger.DigestAt(kMinInstant);
    return digest;
  }
  // What is beside the ledger and the sets that are whole.
  std::vector<std::string> Unfinished() const {
    std::vector<std::string> found;
    for (const std::string& path : s.files.Tree()) {
      if (path.find(".tmp") != std::string::npos) found.push_back(path);
    }
    return found;
  }

  SnapshotHarness s;
  LedgerIdentity identity;
  Story story;
  size_t indexed = 0;
  std::unique_ptr<Index> index;

 private:
  Position LoadFrom(const std::string& set, Position position,
                    const std::vector<std::unique_ptr<ShardState>>& states) {
    const std::string directory = BackupFilePath(set, kBackupSnapshotDirectory);
    const auto reader =
        SnapshotReader::Open(s.files, SnapshotCatalog(s.files, directory).PathOf(position));
    EXPECT_TRUE(reader.ok()) << reader.status();
    const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), "x");
    EXPECT_TRUE(LoadSections(**reader, *metadata, states, false).ok());
    return position;
  }
  void Replay(const std::string& set, Position after,
              const std::vector<std::unique_ptr<ShardState>>& states) {
    const std::string directory = BackupFilePath(set, kBackupArchiveDirectory);
    if (!s.files.Has(directory)) return;
    const auto archive = ArchiveReader::Open(s.files, directory);
    ASSERT_TRUE(archive.ok()) << archive.status();
    const absl::Status status = (*archive)->Read(after, [&](const RecordView& record) {
      return ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
        states[ShardOfUser(event.user, 2)]->ledger.Apply(event);
      });
    });
    EXPECT_TRUE(status.ok()) << status;
  }
};

}  // namespace wallet::testing
