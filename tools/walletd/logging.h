// Where walletd's log goes: standard error, as text or as one JSON object a line.
#pragma once

#include <string>

namespace wallet {

// `level`: debug, info, warn or error; `format`: text or json. Once, before any thread logs.
void StartLogging(const std::string& level, const std::string& format);

}  // namespace wallet
