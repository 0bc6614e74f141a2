#include "tools/walletd/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "engine/bank/limits.h"
#include "engine/limits.h"
#include "tools/walletd/flag_sources.h"
#include "tools/walletd/flag_values.h"

namespace wallet {
namespace {

constexpr int kUsage = 2;

// What CLI11 fills; durations and codes are still text.
struct RawFlags {
  Flags flags;
  std::string default_currency;
  std::string snapshot_interval = "1h";
  std::string timeout = "10s";
  std::string backoff = "1s";
  std::string latency = "50ms";
};

void AddServerFlags(CLI::App& app, RawFlags& raw) {
  Flags& flags = raw.flags;
  app.add_option("--data-dir", flags.data_dir, "Where the ledger lives")->check(DirectoryName());
  app.add_flag("--create", flags.create, "Make a new, empty ledger if there is none")
      ->check(Switch());
  app.add_option("--http", flags.http, "Where HTTP is served; port 0 picks one")
      ->check(ListenAddress());
  app.add_option("--listen", flags.listen, "Where the binary protocol is served; port 0 picks one")
      ->check(ListenAddress());
  app.add_option("--shards", flags.shards,
                 "Ledger threads; may change between starts (default: the number of cores)")
      ->check(CLI::Range(1, kMaxShards));
  app.add_option("--user-rate", flags.user_rate.per_second,
                 "Operations a second that each user may ask for, reads too; what is more is "
                 "answered rate_limited (0: no limit)")
      ->check(CLI::Range(int64_t{0}, kMaxUserRate));
  app.add_option("--user-burst", flags.user_rate.burst,
                 "How many of them may come at once (0: as many as in a second)")
      ->check(CLI::Range(int64_t{0}, kMaxUserBurst));
  app.add_option("--default-currency", raw.default_currency,
                 "The currency of calls that name none; fixed when the ledger is made (then USD if "
                 "not given)")
      ->check(CurrencyOrEmpty());
  app.add_flag("--accept-clock", flags.accept_clock,
               "Start although the machine's clock is far from the ledger's last event")
      ->check(Switch());
  // Neither a file nor the environment may say it: that would resume after every restore to come.
  app.add_flag("--resume-bank", flags.resume_bank,
               "Let withdrawals go to the bank again, which a restore has paused; once is enough")
      ->configurable(false)
      ->check(Switch());
  app.add_option("--log-level", flags.log_level, "What is logged to standard error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.add_option("--log-format", flags.log_format, "How it is logged")
      ->check(CLI::IsMember({"text", "json"}));
}

void AddHistoryFlags(CLI::App& app, RawFlags& raw) {
  app.add_option("--hot-keys", raw.flags.hot_keys,
                 "How many of the newest transactions, with their keys, are kept in memory before "
                 "they go to the index on disk: about 100 bytes each")
      ->check(CLI::Range(kMinHotKeys, kMaxHotKeys));
}

void AddSnapshotFlags(CLI::App& app, RawFlags& raw) {
  SnapshotterOptions& snapshots = raw.flags.snapshots;
  app.add_option(
         "--snapshot-events", snapshots.events,
         "A snapshot is taken after so many events, up to twice so many where there are more "
         "accounts than that: what a start replays at most, or nearly")
      ->check(CLI::Range(uint64_t{1'000}, uint64_t{1'000'000'000'000}));
  app.add_option("--snapshot-interval", raw.snapshot_interval,
                 "… and after such a time in which anything happened")
      ->check(DurationBetween("1s", "8760h"));
  app.add_option("--snapshots-keep", snapshots.keep,
                 "How many of the newest are kept, for the case that one is damaged")
      ->check(CLI::Range(size_t{1}, size_t{1'000}));
  app.add_option("--archive", raw.flags.archive,
                 "A directory to which the log's records are copied before they are let go of "
                 "(default: none; then they are gone)");
}

void AddBankFlags(CLI::App& app, RawFlags& raw) {
  Flags& flags = raw.flags;
  app.add_option("--bank", flags.bank, "The bank connector; sim moves no money")
      ->check(CLI::IsMember({"sim"}));
  app.add_option("--bank-workers", flags.dispatcher.workers, "Bank calls at the same time")
      ->check(CLI::Range(int64_t{1}, kMaxBankWorkers));
  app.add_option("--bank-queue", flags.bank_queue, "Withdrawals under way beyond the workers")
      ->check(CLI::Range(int64_t{0}, kMaxBankQueue));
  app.add_option("--bank-attempts", flags.dispatcher.max_attempts,
                 "Attempts before a withdrawal waits in review")
      ->check(CLI::Range(uint32_t{1}, kMaxBankAttempts));
  app.add_option("--bank-timeout", raw.timeout, "How long a bank call may take")
      ->check(DurationBetween("1us", "1h"));
  app.add_option("--bank-backoff", raw.backoff,
                 "The wait before the second attempt; doubles with each further one")
      ->check(DurationBetween("0s", "1h"));
  app.add_option("--bank-sim-latency", raw.latency, "How long the simulated bank takes")
      ->check(DurationBetween("0s", "1h"));
  const auto probability = [&](const char* name, double& value, const char* what) {
    app.add_option(name, value, what)->check(Probability());
  };
  probability("--bank-sim-decline", flags.sim.decline, "How often it declines, 0 … 1");
  probability("--bank-sim-timeout", flags.sim.time_out,
              "How often a call never reaches it, nor is answered, 0 … 1");
  probability("--bank-sim-lost-reply", flags.sim.lost_reply,
              "How often it pays but the answer is lost, 0 … 1");
}

// Nobody is to believe in a limit that is not there.
void CheckUserRate(const UserRate& rate) {
  if (rate.per_second > 0 || rate.burst == 0) return;
  throw CLI::ValidationError("--user-burst", "limits nothing without a --user-rate");
}

Flags Finish(RawFlags raw) {
  Flags flags = std::move(raw.flags);
  if (!raw.default_currency.empty()) {
    flags.default_currency = *Currency::Parse(raw.default_currency);
  }
  flags.snapshots.interval_us = *ParseDuration(raw.snapshot_interval);
  flags.dispatcher.call_timeout_us = *ParseDuration(raw.timeout);
  flags.dispatcher.backoff_us = *ParseDuration(raw.backoff);
  flags.sim.latency_us = *ParseDuration(raw.latency);
  return flags;
}

EarlyExit EarlyExitOf(CLI::App& app, const CLI::ParseError& error,
                      const std::vector<std::string>& arguments) {
  std::ostringstream out, problem;
  if (app.exit(error, out, problem) == 0) return {.out = out.str()};  // --help, --version
  const std::string file = app.get_config_ptr()->as<std::string>();
  return {.code = kUsage,
          .error = "walletd: " + Explain(error, arguments, file) +
                   "\nRun walletd --help for what is allowed.\n"};
}

}  // namespace

std::variant<Flags, EarlyExit> ParseFlags(int argc, const char* const* argv) {
  RawFlags raw;
  raw.flags.shards = std::max(1u, std::min<unsigned>(std::thread::hardware_concurrency(),
                                                     static_cast<unsigned>(kMaxShards)));
  CLI::App app("walletd: a wallet-balance server whose every answer is on disk first.", "walletd");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.option_defaults()->always_capture_default();
  AddServerFlags(app, raw);
  AddHistoryFlags(app, raw);
  AddSnapshotFlags(app, raw);
  AddBankFlags(app, raw);
  bool print_config = false;
  app.add_flag("--print-config", print_config, "Print the configuration in force and exit")
      ->configurable(false);
  app.set_version_flag("--version", std::string("walletd ") + WALLET_VERSION)->configurable(false);
  app.set_config("--config", "", "Read flags from a file, one `name=value` a line")
      ->type_name("FILE");
  app.config_formatter(std::make_shared<ConfigFile>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.footer(
      "Each flag is also an environment variable (--data-dir: WALLETD_DATA_DIR).\n"
      "Precedence: flag, environment, file.\n\n"
      "Exit codes: 0 stopped; 2 usage or configuration; 3 port or directory in use;\n"
      "4 data damaged, missing or newer than the program; 5 storage failed.");

  std::vector<std::string> arguments = WithEnvironment(app, argc, argv);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
    CheckUserRate(raw.flags.user_rate);
  } catch (const CLI::ParseError& error) {
    return EarlyExitOf(app, error, {argv + 1, argv + argc});
  }
  if (print_config) return EarlyExit{.out = app.config_to_str(/*default_also=*/true)};
  return Finish(std::move(raw));
}

}  // namespace wallet
