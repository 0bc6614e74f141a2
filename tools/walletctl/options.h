// walletctl's command line.
#pragma once

#include <variant>

#include "tools/walletctl/commands.h"

namespace wallet {

struct Invocation {
  Arguments arguments;
  Command command = nullptr;
};

// Or the exit code, when help or a complaint has been printed.
std::variant<Invocation, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace wallet
