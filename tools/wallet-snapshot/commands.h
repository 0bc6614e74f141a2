// What wallet-snapshot's commands do.
#pragma once

#include "absl/status/status.h"
#include "tools/wallet-snapshot/options.h"

namespace wallet::snapshot_tool {

ExitCode Create(const Arguments& arguments);
ExitCode List(const Arguments& arguments);
ExitCode Verify(const Arguments& arguments);
ExitCode Inspect(const Arguments& arguments);

// The two ways of Create.
ExitCode CreateByServer(const Arguments& arguments);
ExitCode CreateAtRest(const Arguments& arguments);

// Says what went wrong, and how to exit.
ExitCode Complain(const Arguments& arguments, const absl::Status& status);

}  // namespace wallet::snapshot_tool
