#include "tools/walletd/flags.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "engine/limits.h"

namespace wallet {
namespace {

constexpr int kUsage = 2;
constexpr std::string_view kEnvironmentPrefix = "WALLETD_";

struct Unit {
  std::string_view name;
  int64_t micros;
};
constexpr Unit kUnits[] = {{"us", 1},
                           {"ms", 1'000},
                           {"s", kMicrosPerSecond},
                           {"m", 60 * kMicrosPerSecond},
                           {"h", 3'600 * kMicrosPerSecond}};

// What CLI11 fills; durations and codes are still text.
struct RawFlags {
  Flags flags;
  std::string default_currency;
  std::string timeout = "10s";
  std::string backoff = "1s";
  std::string latency = "50ms";
};

CLI::Validator Duration(int64_t least_us) {
  return CLI::Validator(
      [least_us](std::string& text) {
        const auto micros = ParseDuration(text);
        if (micros && *micros >= least_us) return std::string();
        return "\"" + text + "\" is no duration" + (least_us > 0 ? " above zero" : "") +
               "; write a whole number with a unit: 250us, 50ms, 10s, 1m or 1h";
      },
      "DURATION");
}

CLI::Validator CurrencyCode() {
  return CLI::Validator(
      [](std::string& text) {
        if (Currency::Parse(text)) return std::string();
        return "\"" + text + "\" is no ISO 4217 currency code in capital letters, such as USD";
      },
      "CCC");
}

void AddServerFlags(CLI::App& app, RawFlags& raw) {
  Flags& flags = raw.flags;
  app.add_option("--data-dir", flags.data_dir, "Where the ledger lives")->type_name("DIR");
  app.add_flag("--create", flags.create, "Make a new, empty ledger if there is none");
  app.add_option("--http", flags.http, "Where HTTP is served; port 0 picks one")
      ->type_name("ADDR:PORT");
  app.add_option("--listen", flags.listen, "Where the binary protocol is served; port 0 picks one")
      ->type_name("ADDR:PORT");
  app.add_option("--shards", flags.shards,
                 "Ledger threads; may change between starts (default: the number of cores)")
      ->check(CLI::Range(1, kMaxShards));
  app.add_option("--default-currency", raw.default_currency,
                 "The currency of calls that name none; fixed when the ledger is made (USD)")
      ->check(CurrencyCode());
  app.add_flag("--accept-clock", flags.accept_clock,
               "Start although the machine's clock is far from the ledger's last event");
  app.add_option("--log-level", flags.log_level, "What is logged to standard error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.add_option("--log-format", flags.log_format, "How it is logged")
      ->check(CLI::IsMember({"text", "json"}));
}

void AddBankFlags(CLI::App& app, RawFlags& raw) {
  Flags& flags = raw.flags;
  app.add_option("--bank", flags.bank, "The bank connector; sim moves no money")
      ->check(CLI::IsMember({"sim"}));
  app.add_option("--bank-workers", flags.dispatcher.workers, "Bank calls at the same time")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000}));
  app.add_option("--bank-queue", flags.bank_queue, "Withdrawals under way beyond the workers")
      ->check(CLI::Range(int64_t{0}, int64_t{10'000'000}));
  app.add_option("--bank-attempts", flags.dispatcher.max_attempts,
                 "Attempts before a withdrawal waits in review")
      ->check(CLI::Range(1, 100));
  app.add_option("--bank-timeout", raw.timeout, "How long a bank call may take")
      ->check(Duration(1));
  app.add_option("--bank-backoff", raw.backoff,
                 "The wait before the second attempt; doubles with each further one")
      ->check(Duration(0));
  app.add_option("--bank-sim-latency", raw.latency, "How long the simulated bank takes")
      ->check(Duration(0));
  const auto probability = [&](const char* name, double& value, const char* what) {
    app.add_option(name, value, what)->check(CLI::Range(0.0, 1.0))->type_name("P");
  };
  probability("--bank-sim-decline", flags.sim.decline, "How often it declines, 0 … 1");
  probability("--bank-sim-timeout", flags.sim.time_out,
              "How often a call never reaches it, nor is answered, 0 … 1");
  probability("--bank-sim-lost-reply", flags.sim.lost_reply,
              "How often it pays but the answer is lost, 0 … 1");
}

// WALLETD_DATA_DIR=x as --data-dir=x, in front of the real arguments: those win by coming later,
// and both win over the file.
std::vector<std::string> WithEnvironment(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_configurable() || option->get_lnames().empty()) continue;
    std::string name(kEnvironmentPrefix);
    for (const char c : option->get_lnames().front()) {
      name += c == '-' ? '_' : static_cast<char>(std::toupper(c));
    }
    if (const char* value = std::getenv(name.c_str())) {
      arguments.push_back("--" + option->get_lnames().front() + "=" + value);
    }
  }
  for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
  return arguments;
}

// " (FILE, line N)" when the option the message speaks of stands in the configuration file.
std::string LineInFile(const std::string& message, const std::string& file) {
  std::ifstream lines(file);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string name = line.substr(0, line.find_first_of(" \t="));
    if (name.empty() || message.find(name) == std::string::npos) continue;
    return " (" + file + ", line " + std::to_string(number) + ": " + line + ")";
  }
  return {};
}

Flags Finish(RawFlags raw) {
  Flags flags = std::move(raw.flags);
  if (!raw.default_currency.empty()) {
    flags.default_currency = *Currency::Parse(raw.default_currency);
  }
  flags.dispatcher.call_timeout_us = *ParseDuration(raw.timeout);
  flags.dispatcher.backoff_us = *ParseDuration(raw.backoff);
  flags.sim.latency_us = *ParseDuration(raw.latency);
  return flags;
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [unit_at, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || count < 0) return std::nullopt;
  const std::string_view name(unit_at, static_cast<size_t>(end - unit_at));
  for (const Unit& unit : kUnits) {
    int64_t micros = 0;
    if (unit.name != name) continue;
    if (__builtin_mul_overflow(count, unit.micros, &micros)) return std::nullopt;
    return micros;
  }
  return std::nullopt;
}

std::variant<Flags, EarlyExit> ParseFlags(int argc, const char* const* argv) {
  RawFlags raw;
  raw.flags.shards = std::max(1u, std::min<unsigned>(std::thread::hardware_concurrency(),
                                                     static_cast<unsigned>(kMaxShards)));
  CLI::App app("walletd: a wallet-balance server whose every answer is on disk first.", "walletd");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.option_defaults()->always_capture_default();
  AddServerFlags(app, raw);
  AddBankFlags(app, raw);
  bool print_config = false;
  app.add_flag("--print-config", print_config, "Print the configuration in force and exit")
      ->configurable(false);
  app.set_version_flag("--version", std::string("walletd ") + WALLET_VERSION)->configurable(false);
  app.set_config("--config", "", "Read flags from a file, one `name=value` a line")
      ->type_name("FILE");
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
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, problem;
    const int code = app.exit(error, out, problem);
    if (code == 0) return EarlyExit{0, out.str(), ""};
    const std::string file = app.get_config_ptr()->as<std::string>();
    return EarlyExit{kUsage, "",
                     "walletd: " + std::string(error.what()) + LineInFile(error.what(), file) +
                         "\nRun walletd --help for what is allowed.\n"};
  }
  if (print_config) return EarlyExit{0, app.config_to_str(/*default_also=*/true), ""};
  return Finish(std::move(raw));
}

}  // namespace wallet
