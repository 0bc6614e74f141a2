// The files of a directory, as bytes.
#pragma once

#include <map>
#include <string>

namespace wallet::crash {

using Files = std::map<std::string, std::string>;  // bytes by path in the directory

// All but a ledger's reserve, which is large and says nothing.
Files ReadFiles(const std::string& directory);
void WriteFile(const std::string& path, const std::string& bytes);

}  // namespace wallet::crash
