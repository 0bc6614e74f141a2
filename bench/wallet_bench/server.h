// The server that is measured.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "bench/wallet_bench/options.h"

namespace wallet::bench {

struct Server {
  std::string version;
  std::string bank;
};

// Asks its health, over the door that the workload uses. Unavailable when there is no answer;
// FailedPrecondition when its bank is not the simulated one: no benchmark may move money.
absl::StatusOr<Server> FindServer(const Options& options);

}  // namespace wallet::bench
