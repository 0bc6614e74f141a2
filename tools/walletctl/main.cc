// walletctl: the wallet's calls from a shell, over the binary protocol.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "net/client/client.h"
#include "tools/walletctl/output.h"
#include "wal/base/clock.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

using client::Answer;
using client::Client;
using client::Code;

// Stable: scripts depend on them.
enum ExitCode : int {
  kDone = 0,
  kRefused = 1,
  kUsage = 2,
  kUnreachable = 3,
  kOutcomeUnknown = 4,
  kAlreadyDone = 5,
};

ExitCode ExitCodeFor(Code code) {
  switch (code) {
    case Code::kOk:
      return kDone;
    case Code::kDuplicateRequest:
      return kAlreadyDone;
    case Code::kUnreachable:
      return kUnreachable;
    case Code::kOutcomeUnknown:
    case Code::kInternal:
      return kOutcomeUnknown;
    default:
      return kRefused;
  }
}

// What the command line says; each command uses its part.
struct Arguments {
  std::string connect = "127.0.0.1:7080";
  double timeout_s = 30;
  bool json = false;
  int64_t user = 0, amount = 0, id = 0;
  std::string key, currency, release_at, destination, description, note, substatus;
  std::optional<int64_t> page, limit, before_id, after_id, only_user;
  bool paid = false, not_paid = false, wait = false;
};

std::optional<std::string> Given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void PrintProblem(const Arguments& arguments, const Answer& answer) {
  if (arguments.json) return;
  std::fprintf(stderr, "walletctl: %s%s%s: %s\n", client::ToString(answer.code).c_str(),
               answer.field.empty() ? "" : " in ", answer.field.c_str(), answer.message.c_str());
}

// Prints the answer, and exits accordingly.
template <class A, class Text>
int Show(const Arguments& arguments, const A& answer, Text text) {
  const bool has_content = answer.ok() || (std::is_same_v<A, client::WriteAnswer> &&
                                           answer.code == Code::kDuplicateRequest);
  if (!answer.ok()) PrintProblem(arguments, answer);
  if (arguments.json) {
    Print((has_content ? JsonOf(answer) : ErrorJson(answer)) + "\n");
  } else if (has_content) {
    Print(text(answer));
  }
  return ExitCodeFor(answer.code);
}
template <class A>
int Show(const Arguments& arguments, const A& answer) {
  return Show(arguments, answer, [](const A& shown) { return TextOf(shown); });
}

// A key made here is said before anything is sent: with it, a lost answer can be asked for again.
std::string KeyFor(const Arguments& arguments) {
  if (!arguments.key.empty()) return arguments.key;
  char key[40];
  std::snprintf(key, sizeof(key), "ctl-%016llx",
                static_cast<unsigned long long>(SystemRandom().Next()));
  std::fprintf(stderr, "idempotency key: %s (repeat with --key %s if the answer is lost)\n", key,
               key);
  return key;
}

int DoCharge(Client& wallet, const Arguments& arguments) {
  client::Charge charge{.user_id = arguments.user,
                        .amount = arguments.amount,
                        .idempotency_key = {},
                        .currency = arguments.currency,
                        .description = Given(arguments.description)};
  if (!arguments.release_at.empty()) {
    charge.release_at = ParseRfc3339(arguments.release_at);
    if (!charge.release_at) {
      std::fprintf(stderr,
                   "walletctl: --release-at must be an RFC 3339 time such as "
                   "2024-01-15T12:00:00Z, with at most 6 fractional digits.\n");
      return kUsage;
    }
  }
  charge.idempotency_key = KeyFor(arguments);
  return Show(arguments, wallet.Do(std::move(charge)));
}

bool Waiting(const client::Transaction& transaction) {
  return transaction.status == "pending" && transaction.substatus != "review";
}

// Asks until the withdrawal has ended, or waits for an operator.
int WaitForEnd(Client& wallet, const Arguments& arguments, int64_t id) {
  constexpr std::chrono::milliseconds kPoll{200};
  while (true) {
    const auto answer = wallet.GetTransaction(arguments.user, id);
    if (!answer.ok() || !Waiting(*answer.transaction)) {
      const int code = Show(arguments, answer);
      return answer.ok() && answer.transaction->status != "completed" ? kRefused : code;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

int DoWithdraw(Client& wallet, const Arguments& arguments) {
  const auto answer = wallet.Do(client::Withdraw{.user_id = arguments.user,
                                                 .amount = arguments.amount,
                                                 .idempotency_key = KeyFor(arguments),
                                                 .currency = arguments.currency,
                                                 .destination = Given(arguments.destination),
                                                 .description = Given(arguments.description)});
  if (!arguments.wait || !answer.transaction) return Show(arguments, answer);
  return WaitForEnd(wallet, arguments, answer.transaction->id);
}

int DoBalance(Client& wallet, const Arguments& arguments) {
  return Show(arguments, wallet.GetBalance(arguments.user, arguments.currency));
}

int DoTransaction(Client& wallet, const Arguments& arguments) {
  return Show(arguments, arguments.key.empty()
                             ? wallet.GetTransaction(arguments.user, arguments.id)
                             : wallet.GetTransaction(arguments.user, arguments.key));
}

int DoTransactions(Client& wallet, const Arguments& arguments) {
  return Show(arguments, wallet.List(client::ListTransactions{.user_id = arguments.user,
                                                              .currency = arguments.currency,
                                                              .page = arguments.page,
                                                              .limit = arguments.limit,
                                                              .before_id = arguments.before_id,
                                                              .after_id = arguments.after_id}));
}

int DoWithdrawals(Client& wallet, const Arguments& arguments) {
  return Show(
      arguments,
      wallet.List(client::ListWithdrawals{.user_id = arguments.only_user,
                                          .substatus = arguments.substatus,
                                          .limit = arguments.limit}),
      [](const client::PageAnswer& page) { return WithdrawalsText(page, SystemClock().Now()); });
}

int DoHealth(Client& wallet, const Arguments& arguments) {
  return Show(arguments, wallet.GetHealth());
}

int DoResolve(Client& wallet, const Arguments& arguments) {
  return Show(arguments,
              wallet.Resolve(arguments.user, arguments.id, arguments.paid, arguments.note));
}

using Command = int (*)(Client&, const Arguments&);

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

  CLI::App* list = add("transactions", "A user's transactions, newest first", DoTransactions);
  list->add_option("--user", arguments.user, "The user's number")->required();
  list->add_option("--currency", arguments.currency, "Only this currency");
  list->add_option("--page", arguments.page, "From 1");
  list->add_option("--limit", arguments.limit, "1 to 1000 (10)");
  list->add_option("--before-id", arguments.before_id, "Older than this one");
  list->add_option("--after-id", arguments.after_id, "Newer than this one, oldest first");

  CLI::App* one = add("transaction", "One transaction, by number or by key", DoTransaction);
  one->add_option("--user", arguments.user, "The user's number")->required();
  CLI::Option* id = one->add_option("--id", arguments.id, "The transaction's number");
  one->add_option("--key", arguments.key, "Its idempotency key")->excludes(id);

  CLI::App* open = add("withdrawals", "Pending withdrawals, oldest first", DoWithdrawals);
  open->add_option("--user", arguments.only_user, "Only this user's");
  open->add_option("--substatus", arguments.substatus,
                   "queued, dispatching, unknown, inquiring or review");
  open->add_option("--limit", arguments.limit, "1 to 1000 (10)");

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

int Main(int argc, char** argv) {
  Arguments arguments;
  Command chosen = nullptr;
  CLI::App app("walletctl: a wallet's calls from the shell.", "walletctl");
  app.add_option("--connect", arguments.connect, "The server's binary address")
      ->envname("WALLETCTL_CONNECT")
      ->capture_default_str();
  app.add_option("--timeout", arguments.timeout_s, "Seconds a call may take, retries included")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "Answers as JSON, one line");
  app.set_version_flag("--version", std::string("walletctl ") + WALLET_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  AddCommands(app, arguments, chosen);
  app.footer(
      "Examples:\n"
      "  walletctl charge --user 123 --amount 5000 --key charge-1\n"
      "  walletctl charge --user 123 --amount 700 --release-at 2030-01-01T00:00:00Z\n"
      "  walletctl withdraw --user 123 --amount 1000 --key withdraw-1 --wait\n"
      "  walletctl balance --user 123\n"
      "  walletctl transactions --user 123 --limit 20 --json\n"
      "  walletctl withdrawals --substatus review\n"
      "Exit codes: 0 done, 1 refused, 2 usage, 3 unreachable, 4 outcome unknown, 5 already done.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  const auto wallet = Client::Create(
      {.address = arguments.connect,
       .timeout = std::chrono::milliseconds(static_cast<int64_t>(arguments.timeout_s * 1000))});
  return chosen(*wallet, arguments);
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) { return wallet::Main(argc, argv); }
