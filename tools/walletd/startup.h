// What walletd says when it starts, and how it ends when it can't.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/directory.h"
#include "engine/engine.h"
#include "net/server.h"
#include "tools/walletd/flags.h"

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

// For standard error: addresses, directory, epoch, shards, bank, what was recovered, calls to try.
std::string Banner(const Flags& flags, const Directory& directory, const Engine& engine,
                   const Server& server);

}  // namespace wallet
