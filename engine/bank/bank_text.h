// A bank's words, made fit to be stored and shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wallet {

// UTF-8 without control characters stays as it is; of anything else every byte that is not
// printable ASCII becomes '?'. At most `max_bytes`, cut between characters.
std::string BankText(std::string_view text, size_t max_bytes);

}  // namespace wallet
