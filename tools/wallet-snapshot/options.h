// wallet-snapshot's command line.
#pragma once

#include <string>
#include <variant>

namespace wallet::snapshot_tool {

// Stable: scripts depend on them.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kUnreachable = 3,  // the server; or the directory is in use
  kDamaged = 4,      // what was looked at
  kInterrupted = 130,
};

// What the command line says; each command uses its part.
struct Arguments {
  std::string address = "127.0.0.1:7080";
  std::string data_dir;  // empty: the server's
  std::string backups;
  std::string to, earlier;
  std::string path;
  bool json = false;
};

// Prints the answer to standard output, progress and problems to standard error.
using Command = ExitCode (*)(const Arguments&);

struct Invocation {
  Arguments arguments;
  Command command = nullptr;
};

// Or the exit code, when help or a complaint has been printed.
std::variant<Invocation, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace wallet::snapshot_tool
