#include "tools/walletctl/options.h"

#include <CLI/CLI.hpp>
#include <string>

#include "tools/walletctl/follow.h"

namespace wallet {
namespace {

void AddWrite(CLI::App& command, Arguments& arguments) {
  command.add_option("--user", arguments.user, "The user's number")->required();
  command.add_option("--amount", arguments.amount, "In minor units (cents)")->required();
  command.add_option("--key", arguments.key,
                     "Idempotency key: the same on every retry (made and shown if absent)");
  command.add_option("--currency", arguments.currency, "ISO 4217 code (the ledger's default)");
  command.add_option("--description", arguments.description, "At most 255 bytes");
}

void AddCommands(CLI::App& app, Arguments& arguments, Command& chosen) {
  const auto add = [&](const char* name, const char* what, Command run) {
    CLI::App* command = app.add_subcommand(name, what);
    command->callback([&chosen, run] { chosen = run; });
    return command;
  };
  CLI::App* charge = add("charge", "Credit a user", DoCharge);
  AddWrite(*charge, arguments);
  charge->add_option("--release-at", arguments.release_at,
                     "When it becomes withdrawable, RFC 3339 (at once)");
  CLI::App* withdraw = add("withdraw", "Pay money out to a user", DoWithdraw);
  AddWrite(*withdraw, arguments);
  withdraw->add_option("--destination", arguments.destination, "Where to, for the bank");
  withdraw->add_flag("--wait", arguments.wait, "Wait until it is completed, failed or in review");

  CLI::App* balance = add("balance", "A user's balance", DoBalance);
  balance->add_option("--user", arguments.user, "The user's number")->required();
  balance->add_option("--currency", arguments.currency, "ISO 4217 code (the ledger's default)");
  balance->add_option("--at", arguments.at,
                      "Of this instant, past or ahead (if nothing else happens), RFC 3339");
  balance->add_option("--schedule", arguments.schedule, "And the next releases, 1 to 1000 of them");

  CLI::App* list = add("transactions", "A user's transactions, newest first", DoTransactions);
  list->add_option("--user", arguments.user, "The user's number")->required();
  list->add_option("--currency", arguments.currency, "Only this currency");
  list->add_option("--page", arguments.page, "From 1");
  list->add_option("--limit", arguments.limit, "1 to 1000 (10)");
  list->add_option("--before-id", arguments.before_id, "Older than this one");
  list->add_option("--after-id", arguments.after_id, "Newer than this one, oldest first");

  CLI::App* one = add("transaction", "One transaction, by number or by key", DoTransaction);
  one->add_option("--user", arguments.user, "The user's number")->required();
  CLI::Option_group* which = one->add_option_group("which");
  which->add_option("--id", arguments.id, "The transaction's number");
  which->add_option("--key", arguments.key, "Its idempotency key");
  which->require_option(1);

  CLI::App* open = add("withdrawals", "Pending withdrawals, oldest first", DoWithdrawals);
  open->add_option("--user", arguments.only_user, "Only this user's");
  open->add_option("--substatus", arguments.substatus,
                   "queued, dispatching, unknown, inquiring or review");
  open->add_option("--limit", arguments.limit, "1 to 1000 (10)");

  CLI::App* changes = add("changes", "New and changed transactions of all users", DoChanges);
  changes->add_option("--after", arguments.after,
                      "Behind this position (from the oldest that is kept)");
  changes->add_option("--limit", arguments.limit, "1 to 1000 at a time (100)");
  changes->add_flag("--follow", arguments.follow, "Go on with what happens, until interrupted");

  add("health", "The server's state", DoHealth);

  CLI::App* resolve = add("resolve", "Decide a withdrawal in review, as an operator", DoResolve);
  resolve->add_option("--user", arguments.user, "The user's number")->required();
  resolve->add_option("--id", arguments.id, "The withdrawal's number")->required();
  CLI::Option_group* verdict = resolve->add_option_group("verdict");
  verdict->add_flag("--paid", arguments.paid, "The bank has paid it");
  verdict->add_flag("--not-paid", arguments.not_paid, "The bank has not paid it and will not");
  verdict->require_option(1);
  resolve->add_option("--note", arguments.note, "Why; kept with a failed withdrawal");
}

CLI::App* AddVerify(CLI::App& app, VerifyArguments& arguments) {
  CLI::App* verify =
      app.add_subcommand("verify", "Check a data directory that no server uses; changes nothing");
  verify->add_option("directory", arguments.directory, "The data directory")->required();
  verify->add_option("--archive", arguments.archive, "The archive of its log, to check too");
  return verify;
}

void AddGlobals(CLI::App& app, Arguments& arguments) {
  app.add_option("--connect", arguments.connect, "The server's binary address")
      ->envname("WALLETCTL_CONNECT")
      ->capture_default_str();
  app.add_option("--timeout", arguments.timeout_s, "Seconds a call may take, retries included")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "Answers as JSON, one line");
  app.set_version_flag("--version", std::string("walletctl ") + WALLET_VERSION);
}

constexpr char kFooter[] =
    "Examples:\n"
    "  walletctl charge --user 123 --amount 5000 --key charge-1\n"
    "  walletctl charge --user 123 --amount 700 --release-at 2030-01-01T00:00:00Z\n"
    "  walletctl withdraw --user 123 --amount 1000 --key withdraw-1 --wait\n"
    "  walletctl balance --user 123\n"
    "  walletctl balance --user 123 --at 2030-01-01T00:00:00Z --schedule 10\n"
    "  walletctl transactions --user 123 --limit 20 --json\n"
    "  walletctl withdrawals --substatus review\n"
    "  walletctl changes --follow --json\n"
    "  walletctl verify data\n"
    "Exit codes: 0 done, 1 refused, 2 usage, 3 unreachable, 4 outcome unknown, 5 already done.\n"
    "Of verify: 0 no difference, 2 nothing to verify, 3 in use, 4 a difference.";

}  // namespace

std::variant<Invocation, VerifyArguments, ExitCode> ParseCommandLine(int argc, char** argv) {
  Invocation invocation;
  VerifyArguments verify;
  CLI::App app("walletctl: a wallet's calls from the shell.", "walletctl");
  AddGlobals(app, invocation.arguments);
  app.require_subcommand(1);
  app.fallthrough();
  AddCommands(app, invocation.arguments, invocation.command);
  const CLI::App* const verifying = AddVerify(app, verify);
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  if (!verifying->parsed()) return invocation;
  verify.json = invocation.arguments.json;
  return verify;
}

}  // namespace wallet
