// What wallet-restore says at its end.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/restore/restore.h"

namespace wallet {

// A table, what to know, and the command to run next.
std::string RestoreText(const RestoreOptions& options, const RestoreReport& report);
// One object, one line.
std::string RestoreJson(const RestoreOptions& options, const RestoreReport& report);

// As walletd's (tools/README.md); 130 for kCancelled.
int RestoreExitCode(const absl::Status& status);

}  // namespace wallet
