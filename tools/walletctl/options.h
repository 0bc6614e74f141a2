// walletctl's command line.
#pragma once

#include <variant>

#include "tools/walletctl/commands.h"
#include "tools/walletctl/verify.h"

namespace wallet {

struct Invocation {
  Arguments arguments;
  Command command = nullptr;
};

// A call to a server, the check of a directory, or the exit code, when help or a complaint has been
// printed.
std::variant<Invocation, VerifyArguments, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace wallet
