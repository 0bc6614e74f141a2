// Very many writes in little time, for tests that need a large ledger.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/client/client.h"

namespace wallet::e2e {

// Sends them all in batches through the binary protocol; returns how many were accepted.
int64_t WriteAll(const std::string& binary_address, const std::vector<client::Charge>& requests);
int64_t WriteAll(const std::string& binary_address, const std::vector<client::Withdraw>& requests);

}  // namespace wallet::e2e
