// wallet-snapshot: snapshots and backup sets, of a running server or of a directory at rest.
#include <variant>

#include "tools/wallet-snapshot/options.h"

int main(int argc, char** argv) {
  using namespace wallet::snapshot_tool;
  const auto parsed = ParseCommandLine(argc, argv);
  if (const auto* code = std::get_if<ExitCode>(&parsed)) return *code;
  const auto& [arguments, command] = std::get<Invocation>(parsed);
  return command(arguments);
}
