#include "tests/fuzz/flags_check.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/bank/limits.h"
#include "engine/limits.h"
#include "tools/walletd/flags.h"
#include "wal/base/check.h"

namespace wallet::fuzz {
namespace {

constexpr int kUsage = 2;
constexpr int kPrinted = 1;  // the slot of what was printed

std::variant<Flags, EarlyExit> Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"walletd"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

bool IsProbability(double value) { return value >= 0 && value <= 1; }

void CheckBounds(const Flags& flags) {
  WALLET_CHECK(!flags.data_dir.empty() && !flags.http.empty() && !flags.listen.empty());
  WALLET_CHECK(flags.shards >= 1 && flags.shards <= kMaxShards);
  const UserRate& rate = flags.user_rate;
  WALLET_CHECK(rate.per_second >= 0 && rate.per_second <= kMaxUserRate);
  WALLET_CHECK(rate.burst >= 0 && rate.burst <= kMaxUserBurst);
  WALLET_CHECK(rate.per_second > 0 || rate.burst == 0);
  WALLET_CHECK(flags.bank == "sim" && flags.bank_queue >= 0 && flags.bank_queue <= kMaxBankQueue);
  const DispatcherOptions& bank = flags.dispatcher;
  WALLET_CHECK(bank.workers >= 1 && bank.workers <= kMaxBankWorkers);
  WALLET_CHECK(bank.max_attempts >= 1 && bank.max_attempts <= kMaxBankAttempts);
  WALLET_CHECK(bank.call_timeout_us >= 1 && bank.call_timeout_us <= kMaxBankTimeoutUs);
  WALLET_CHECK(bank.backoff_us >= 0 && bank.backoff_us <= kMaxBackoffUs);
  WALLET_CHECK(IsProbability(flags.sim.decline) && IsProbability(flags.sim.time_out) &&
               IsProbability(flags.sim.lost_reply));
}

std::string DescribeFlags(const Flags& flags) {
  return absl::StrCat(flags.data_dir, "\n", flags.create, "\n", flags.http, "\n", flags.listen,
                      "\n", flags.shards, "\n", flags.user_rate.per_second, "\n",
                      flags.user_rate.burst, "\n", flags.default_currency.ToString(), "\n",
                      flags.accept_clock, "\n", flags.bank, "\n", flags.bank_queue, "\n",
                      flags.dispatcher.workers, "\n", flags.dispatcher.max_attempts, "\n",
                      flags.dispatcher.call_timeout_us, "\n", flags.dispatcher.backoff_us, "\n") +
         absl::StrCat(flags.sim.latency_us, "\n", flags.sim.decline, "\n", flags.sim.time_out, "\n",
                      flags.sim.lost_reply, "\n", flags.log_level, "\n", flags.log_format);
}

// The configuration file has no way to say every text.
bool CanBeSaid(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c >= 0x20 && c != 0x7f && c != '"' && c != '\'' && c != '#';
  });
}

void CheckReadBack(const std::vector<std::string>& arguments, const Flags& flags) {
  std::vector<std::string> printing = {"--print-config"};
  printing.insert(printing.end(), arguments.begin(), arguments.end());
  const auto printed = Parse(printing);
  WALLET_CHECK(std::holds_alternative<EarlyExit>(printed));
  if (!CanBeSaid(flags.data_dir) || !CanBeSaid(flags.http) || !CanBeSaid(flags.listen)) return;
  const std::string& text = std::get<EarlyExit>(printed).out;
  const auto again = Parse({"--config", TextFile(kPrinted, text)});
  WALLET_CHECK_NOTE(std::holds_alternative<Flags>(again), text + std::get<EarlyExit>(again).error);
  WALLET_CHECK_NOTE(DescribeFlags(std::get<Flags>(again)) == DescribeFlags(flags), text);
}

void CheckExit(const EarlyExit& exit) {
  if (exit.code == 0) {
    WALLET_CHECK(!exit.out.empty() && exit.error.empty());
    return;
  }
  WALLET_CHECK(exit.code == kUsage && exit.out.empty());
  WALLET_CHECK(exit.error.starts_with("walletd: ") && exit.error.ends_with("\n"));
}

}  // namespace

std::string TextFile(int slot, std::string_view text) {
  static const int files[] = {memfd_create("config", 0), memfd_create("printed", 0)};
  const int file = files[slot];
  WALLET_CHECK(ftruncate(file, 0) == 0);
  WALLET_CHECK(pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  return absl::StrCat("/proc/self/fd/", file);
}

void CheckFlags(const std::vector<std::string>& arguments) {
  const auto parsed = Parse(arguments);
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) return CheckExit(*exit);
  CheckBounds(std::get<Flags>(parsed));
  CheckReadBack(arguments, std::get<Flags>(parsed));
}

}  // namespace wallet::fuzz
