// A ledger on a disk in memory, for tests of backup sets.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/snapshot/backup_sample.h"
#include "tests/support/memory_files.h"

namespace wallet {

struct BackupDisk {
  BackupDisk() {
    PutLedger("/ledger", [&](const auto& path, const auto& bytes) { files.Put(path, bytes); });
    EXPECT_TRUE(files.CreateDirectory("/backups").ok());
  }

  absl::StatusOr<BackupReport> Create(const std::string& set, const BackupOptions& options = {},
                                      ProgressFn progress = IgnoreProgress) {
    return CreateBackupSet(files, set, BackupSources("/ledger"), kBackupMetadata, options,
                           progress);
  }
  absl::Status Verify(const std::string& set) { return VerifyBackupSet(files, set).status(); }
  absl::Status Restore(const std::string& set, const std::string& target) {
    return RestoreBackupSet(files, set, target).status();
  }
  // What is on the disk besides the ledger.
  std::vector<std::string> Others() const {
    std::vector<std::string> others;
    for (const std::string& path : files.Tree()) {
      if (!path.starts_with("/ledger/")) others.push_back(path);
    }
    return others;
  }

  MemoryFiles files;
};

}  // namespace wallet
