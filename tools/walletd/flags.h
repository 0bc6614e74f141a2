// What walletd can be told, by flag, environment and configuration file, in this order of
// precedence.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/bank/sim_bank.h"
#include "engine/engine.h"
#include "engine/ledger/types.h"
#include "net/user_limiter.h"

namespace wallet {

struct Flags {
  std::string data_dir = "data";
  bool create = false;
  std::string http = "127.0.0.1:8080";
  std::string listen = "127.0.0.1:7080";
  int shards = 1;
  UserRate user_rate;
  Currency default_currency;  // Currency() when not given
  bool accept_clock = false;
  int64_t hot_keys = kDefaultHotKeys;
  bool resume_bank = false;
  SnapshotterOptions snapshots;  // but the directory
  std::string archive;           // empty: none
  std::string bank = "sim";
  int64_t bank_queue = 100;
  DispatcherOptions dispatcher;
  SimBankOptions sim;
  std::string log_level = "info";
  std::string log_format = "text";
};

// Instead of flags: what to print and how to exit (--help, --version, --print-config, errors).
struct EarlyExit {
  int code = 0;
  std::string out;    // for standard output
  std::string error;  // for standard error
};

// Reads the environment too.
std::variant<Flags, EarlyExit> ParseFlags(int argc, const char* const* argv);

}  // namespace wallet
