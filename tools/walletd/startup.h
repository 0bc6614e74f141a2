// What walletd says when it starts, and how it ends when it can't.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "engine/directory.h"
#include "engine/engine.h"
#include "net/server.h"
#include "tools/walletd/flags.h"
#include "wal/base/file.h"

namespace wallet {

// Stable: operators' scripts depend on them.
enum ExitCode : int {
  kExitStopped = 0,
  kExitUsage = 2,    // or configuration
  kExitInUse = 3,    // a port or the directory
  kExitData = 4,     // damaged, missing or newer than the program: do not restart
  kExitStorage = 5,  // storage failed: restart
};

ExitCode ExitCodeFor(const absl::Status& status);

// kDataLoss when the simulated bank has already judged payments: then the ledger they were made for
// has been lost from this directory, and a new one must not take its place.
absl::Status CheckUnusedBook(FileSystem& files, const std::string& path);

// What an operator sees first: addresses, directory, epoch, shards, bank, what was recovered, calls
// to try.
std::string Banner(const Flags& flags, const Directory& directory, const Engine& engine,
                   const Server& server);

// Loudly: nothing is sent to the bank, since when, and how that ends.
void LogBankPaused(const LedgerIdentity& identity);

// How many connections a process may have that may open so many descriptors: its files come first,
// so that a flood of connections never keeps the log or a snapshot from opening one.
int64_t ConnectionsWithin(uint64_t descriptors);

// One line: what was taken, how large it is and how long it took.
void LogSnapshot(const SnapshotTaken& taken);

// One line: what the log no longer holds.
void LogTrim(const LogTrimmed& trimmed);

// To standard error: as it is, or as one message where every line is JSON.
void LogBanner(const Flags& flags, const std::string& banner);

}  // namespace wallet
