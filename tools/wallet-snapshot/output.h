// How wallet-snapshot shows what it found: tables for people, JSON for programs.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/backup/backup_contents.h"
#include "engine/snapshot_list.h"
#include "engine/snapshot_metadata.h"
#include "snapshot/backup_set.h"
#include "tools/wallet-snapshot/commands.h"

namespace wallet::snapshot_tool {

// A backup set, or why what is there is none.
struct SetListing {
  std::string path;
  std::optional<BackupSetContents> set;
  std::string damage;
};

std::string TextOf(const std::vector<SnapshotListing>& snapshots);
std::string JsonOf(const std::vector<SnapshotListing>& snapshots);

std::string TextOf(const std::vector<SetListing>& sets);
std::string JsonOf(const std::vector<SetListing>& sets);

std::string TextOf(const SnapshotMetadata& snapshot, const std::string& path, uint64_t bytes);
std::string JsonOf(const SnapshotMetadata& snapshot, const std::string& path, uint64_t bytes);

std::string TextOf(const BackupSetContents& set, const std::string& path);
std::string JsonOf(const BackupSetContents& set, const std::string& path);

// A snapshot that was taken, or was there already.
struct SnapshotMade {
  uint64_t position = 0;
  uint64_t bytes = 0;
  Instant created_at;
  bool made = true;
};
std::string TextOf(const SnapshotMade& made);
std::string JsonOf(const SnapshotMade& made);

// A backup set that was made.
struct SetMade {
  std::string path;
  uint64_t end = 0;
  uint64_t copied_bytes = 0;
  uint64_t linked_bytes = 0;
};
std::string TextOf(const SetMade& made);
std::string JsonOf(const SetMade& made);

// Prints one of the above as the arguments ask.
template <class Shown>
ExitCode Show(const Arguments& arguments, const Shown& shown) {
  std::fputs((arguments.json ? JsonOf(shown) : TextOf(shown)).c_str(), stdout);
  return kDone;
}

// {"error":{"code":…,"message":…}}
std::string ErrorJson(const absl::Status& status);

}  // namespace wallet::snapshot_tool
