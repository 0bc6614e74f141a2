#include "bench/wallet_bench/flags.h"

#include <CLI/CLI.hpp>
#include <deque>

namespace wallet::bench {
namespace {

struct Command {
  CLI::App* app = nullptr;
  Options options;
};

struct Shape {
  const char* name;
  const char* what;
  uint64_t transactions;
  int64_t users;
  int64_t batch;
};

constexpr Shape kShapes[] = {
    {"charge", "Charges of random users", 1'000'000, 100'000, 1'000},
    {"withdraw", "Withdrawals, after every user was given money", 100'000, 100'000, 1},
    {"balance", "Reads of balances", 1'000'000, 100'000, 1},
    {"mixed", "60 % charges released within 3 hours, 36 % reads (half lists), 4 % withdrawals",
     1'000'000, 100, 1},
    {"http", "POST /charge over keep-alive connections", 200'000, 100'000, 1}};

const auto kPositive = CLI::Range(int64_t{1}, int64_t{1} << 40);
const auto kSeconds = CLI::Range(0.0, 86'400.0);

void AddWhat(CLI::App& app, Options& options) {
  app.add_option("--connect", options.connect, "The server's address, ADDR:PORT");
  app.add_option("--users", options.users, "Over how many users")->check(kPositive);
  app.add_option("--zipf", options.zipf,
                 "Users are drawn by Zipf's law with this exponent; 0: all alike")
      ->check(CLI::Range(0.0, 10.0));
  CLI::Option* const transactions =
      app.add_option("--transactions", options.transactions, "How many are measured")
          ->check(kPositive);
  app.add_option("--duration", options.duration_s, "How long is measured, in seconds, instead")
      ->check(kSeconds)
      ->excludes(transactions);
  app.add_option("--warm-up", options.warm_up_s, "Seconds before that, which are not measured")
      ->check(kSeconds);
}

void AddHow(CLI::App& app, Options& options) {
  if (options.http()) {
    options.connect = "127.0.0.1:8080";
    options.connections = 256;
  } else {
    app.add_option("--batch", options.batch,
                   "Operations a batch; 1: single calls, which the client gathers by itself")
        ->check(CLI::Range(int64_t{1}, int64_t{8'192}));
    app.add_option("--in-flight", options.in_flight,
                   "Batches, or single calls, that are under way at the same time; with --rate: at "
                   "most (0: 8 batches or 1,000 calls, 100 withdrawals; with --rate 20,000 "
                   "operations)")
        ->check(CLI::Range(int64_t{0}, int64_t{1} << 24));
  }
  app.add_option("--connections", options.connections, "TCP connections")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--threads", options.threads, "Of the client; each has its own connections")
      ->check(CLI::Range(1, 64));
  app.add_option("--rate", options.rate,
                 "Open loop: so many operations a second, whatever is answered; latency counts "
                 "from when a call was due")
      ->check(CLI::Range(0.0, 1e9));
  if (options.workload != "charge" && !options.http()) {
    app.add_flag("!--no-funding", options.fund, "The users have money already");
  }
}

void AddOutput(CLI::App& app, Options& options) {
  app.add_flag("--json", options.json, "The result as JSON, one line");
  app.add_option("--plot", options.plot, "Draw throughput and latency into this SVG file");
  app.add_flag("--quiet", options.quiet, "No progress");
}

void AddDisk(CLI::App& app, DiskOptions& options) {
  app.add_option("--directory", options.directory, "Where the file is made")
      ->check(CLI::ExistingDirectory);
  app.add_option("--bytes", options.bytes, "Bytes a write")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 30));
  app.add_option("--duration", options.duration_s, "Seconds")->check(kSeconds);
  app.add_flag("--json", options.json, "The result as JSON, one line");
}

int64_t DefaultInFlight(const Options& options) {
  if (options.http()) return options.connections;
  if (options.rate > 0) return std::max<int64_t>(1, 20'000 / options.batch);
  if (options.batch > 1) return 8;
  return options.workload == "withdraw" ? 100 : 1'000;
}

Options Finish(Options options) {
  if (options.in_flight == 0) options.in_flight = DefaultInFlight(options);
  // A connection of HTTP has one call under way, and every thread as many as the next.
  if (options.http()) {
    options.threads = std::min(options.threads, options.connections);
    options.connections -= options.connections % options.threads;
    options.in_flight = options.connections;
  }
  return options;
}

}  // namespace

std::variant<Options, DiskOptions, EarlyExit> ParseFlags(int argc, const char* const* argv) {
  CLI::App app("wallet-bench: measures a running walletd.", "wallet-bench");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default();
  std::deque<Command> commands;
  for (const Shape& shape : kShapes) {
    Command& command = commands.emplace_back();
    command.options = {.workload = shape.name,
                       .transactions = shape.transactions,
                       .users = shape.users,
                       .batch = shape.batch};
    command.app = app.add_subcommand(shape.name, shape.what);
    AddWhat(*command.app, command.options);
    AddHow(*command.app, command.options);
    AddOutput(*command.app, command.options);
  }
  DiskOptions disk_options;
  CLI::App* const disk =
      app.add_subcommand("disk", "A write and fdatasync at a time, without a server");
  AddDisk(*disk, disk_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return EarlyExit{app.exit(error) == 0 ? 0 : kUsage};
  }
  if (disk->parsed()) return disk_options;
  for (const Command& command : commands) {
    if (command.app->parsed()) return Finish(command.options);
  }
  return EarlyExit{kUsage};
}

}  // namespace wallet::bench
