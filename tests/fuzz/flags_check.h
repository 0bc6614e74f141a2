// What must hold of walletd's configuration, wherever it was read from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wallet::fuzz {

// Parses the command line; what it gives is within the bounds that the flags promise, and printed
// (--print-config) and read back it is the same; or it is refused in words, with the exit code of a
// usage error. Aborts.
void CheckFlags(const std::vector<std::string>& arguments);

// A file of these contents for this process alone; one at a time of each slot.
std::string TextFile(int slot, std::string_view text);

}  // namespace wallet::fuzz
