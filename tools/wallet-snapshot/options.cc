#include "tools/wallet-snapshot/options.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "tools/wallet-snapshot/commands.h"
#include "wal/base/publish.h"

namespace wallet::snapshot_tool {
namespace {

// Servers have another working directory than whoever calls this.
std::string Absolute(const std::string& path) {
  if (path.empty()) return path;
  return TrimSlashes(std::filesystem::absolute(path).lexically_normal().string());
}

void AddSource(CLI::App& command, Arguments& arguments) {
  command.add_option("--address", arguments.address, "A running server's binary address")
      ->envname("WALLETCTL_CONNECT")
      ->capture_default_str();
  command.add_option("--data-dir", arguments.data_dir,
                     "In its place: a ledger's directory that no server uses");
}

void AddCommands(CLI::App& app, Arguments& arguments, Command& chosen) {
  const auto add = [&](const char* name, const char* what, Command run) {
    CLI::App* command = app.add_subcommand(name, what);
    command->callback([&chosen, run] { chosen = run; });
    return command;
  };
  CLI::App* create = add("create", "Take a snapshot, or make a backup set with --to", Create);
  AddSource(*create, arguments);
  CLI::Option* to = create->add_option("--to", arguments.to,
                                       "The backup set to make: a directory that is not there yet");
  create
      ->add_option("--earlier", arguments.earlier,
                   "A set of the same ledger on the same disk: what has not changed is linked")
      ->needs(to);

  CLI::App* list = add("list", "The snapshots of a server or a directory, or backup sets", List);
  AddSource(*list, arguments);
  list->add_option("--backups", arguments.backups, "A backup set, or a directory of them");

  CLI::App* verify = add("verify", "Read every byte of a snapshot or a backup set", Verify);
  verify->add_option("path", arguments.path, "A snapshot's file, or a set's directory")->required();

  CLI::App* inspect = add("inspect", "What a snapshot or a backup set says of itself", Inspect);
  inspect->add_option("path", arguments.path, "A snapshot's file, or a set's directory")
      ->required();
}

constexpr char kFooter[] =
    "Examples:\n"
    "  wallet-snapshot create                                  a snapshot, by the running server\n"
    "  wallet-snapshot create --to /backup/monday              a backup set, by the running "
    "server\n"
    "  wallet-snapshot create --to /backup/tuesday --earlier /backup/monday\n"
    "  wallet-snapshot create --data-dir data --to /backup/x   the same of a directory at rest\n"
    "  wallet-snapshot list --backups /backup\n"
    "  wallet-snapshot verify /backup/monday\n"
    "Exit codes: 0 done, 1 failed, 2 usage, 3 unreachable or in use, 4 damaged, 130 interrupted.";

}  // namespace

std::variant<Invocation, ExitCode> ParseCommandLine(int argc, char** argv) {
  Invocation invocation;
  Arguments& arguments = invocation.arguments;
  CLI::App app("wallet-snapshot: snapshots and backups of a wallet's ledger.", "wallet-snapshot");
  app.add_flag("--json", arguments.json, "Answers as JSON, one line");
  app.set_version_flag("--version", std::string("wallet-snapshot ") + WALLET_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  AddCommands(app, arguments, invocation.command);
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  for (std::string* path : {&arguments.data_dir, &arguments.backups, &arguments.to,
                            &arguments.earlier, &arguments.path}) {
    *path = Absolute(*path);
  }
  return invocation;
}

}  // namespace wallet::snapshot_tool
