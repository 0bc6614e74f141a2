// What walletctl's commands do: ask, show the answer, say how it went.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/client/client.h"

namespace wallet {

// Stable: scripts depend on them.
enum ExitCode : int {
  kDone = 0,
  kRefused = 1,
  kUsage = 2,
  kUnreachable = 3,
  kOutcomeUnknown = 4,
  kAlreadyDone = 5,
};

// Of a refused write that an earlier try of the same call may have done all the same,
// kOutcomeUnknown.
ExitCode ExitCodeFor(const client::Answer& answer);
ExitCode ExitCodeFor(const client::WriteAnswer& answer);

// What the command line says; each command uses its part.
struct Arguments {
  std::string connect = "127.0.0.1:7080";
  double timeout_s = 30;
  bool json = false;
  int64_t user = 0, amount = 0, id = 0;
  std::string key, currency, release_at, at, after, destination, description, note, substatus;
  std::optional<int64_t> page, limit, before_id, after_id, only_user, schedule;
  bool paid = false, not_paid = false, wait = false, follow = false;
};

// Prints the answer to standard output, problems to standard error; returns an ExitCode.
using Command = int (*)(client::Client&, const Arguments&);

int DoCharge(client::Client& wallet, const Arguments& arguments);
int DoWithdraw(client::Client& wallet, const Arguments& arguments);
int DoBalance(client::Client& wallet, const Arguments& arguments);
int DoTransaction(client::Client& wallet, const Arguments& arguments);
int DoTransactions(client::Client& wallet, const Arguments& arguments);
int DoWithdrawals(client::Client& wallet, const Arguments& arguments);
int DoHealth(client::Client& wallet, const Arguments& arguments);
int DoResolve(client::Client& wallet, const Arguments& arguments);

}  // namespace wallet
