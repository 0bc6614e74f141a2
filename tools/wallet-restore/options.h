// What wallet-restore can be told.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/restore/restore.h"

namespace wallet {

struct RestoreCommand {
  RestoreOptions options;
  std::string until_text;  // as given; empty: the end
  bool json = false;
};

// A position (decimal, or a token as the API shows it) or an RFC 3339 time; nullopt: neither.
std::optional<RestoreUntil> ParseUntil(std::string_view text);

// Or how to exit: --help, --version and errors were printed.
std::variant<RestoreCommand, int> ParseRestoreCommand(int argc, char** argv);

}  // namespace wallet
