#include "tools/walletctl/commands.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <type_traits>
#include <utility>

#include "tools/walletctl/output.h"
#include "wal/base/clock.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

using client::Answer;
using client::Client;
using client::Code;

std::optional<std::string> Given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// An option that need not be there. False, and said why, when it is no time.
bool ReadTime(const char* option, const std::string& text, std::optional<Instant>& time) {
  if (text.empty()) return true;
  time = ParseRfc3339(text);
  if (time) return true;
  std::fprintf(
      stderr,
      "walletctl: %s must be an RFC 3339 time such as 2024-01-15T12:00:00Z, with at most 6 "
      "fractional digits.\n",
      option);
  return false;
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void PrintProblem(const Arguments& arguments, const Answer& answer) {
  if (arguments.json) return;
  std::fprintf(stderr, "walletctl: %s%s%s: %s\n", client::ToString(answer.code).c_str(),
               answer.field.empty() ? "" : " in ", answer.field.c_str(), answer.message.c_str());
}

// Said in JSON's case, too: it is about money.
void WarnOfDoubt() {
  std::fputs(
      "walletctl: an earlier try of this call got no answer and may have been done: repeat it with "
      "the same --key\n",
      stderr);
}

// Prints the answer, and exits accordingly.
template <class A, class Text>
int Show(const Arguments& arguments, const A& answer, Text text) {
  const bool has_content = answer.ok() || (std::is_same_v<A, client::WriteAnswer> &&
                                           answer.code == Code::kDuplicateRequest);
  if (!answer.ok()) PrintProblem(arguments, answer);
  if constexpr (std::is_same_v<A, client::WriteAnswer>) {
    if (answer.in_doubt) WarnOfDoubt();
  }
  if (arguments.json) {
    Print((has_content ? JsonOf(answer) : ErrorJson(answer)) + "\n");
  } else if (has_content) {
    Print(text(answer));
  }
  return ExitCodeFor(answer);
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

}  // namespace

ExitCode ExitCodeFor(const client::Answer& answer) {
  switch (answer.code) {
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

ExitCode ExitCodeFor(const client::WriteAnswer& answer) {
  const ExitCode code = ExitCodeFor(static_cast<const client::Answer&>(answer));
  return code == kRefused && answer.in_doubt ? kOutcomeUnknown : code;
}

int DoCharge(Client& wallet, const Arguments& arguments) {
  client::Charge charge{.user_id = arguments.user,
                        .amount = arguments.amount,
                        .idempotency_key = {},
                        .currency = arguments.currency,
                        .description = Given(arguments.description)};
  if (!ReadTime("--release-at", arguments.release_at, charge.release_at)) return kUsage;
  charge.idempotency_key = KeyFor(arguments);
  return Show(arguments, wallet.Do(std::move(charge)));
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
  client::ReadBalance read{
      .user_id = arguments.user, .currency = arguments.currency, .schedule = arguments.schedule};
  if (!ReadTime("--at", arguments.at, read.at)) return kUsage;
  return Show(arguments, wallet.Read(std::move(read)));
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

}  // namespace wallet
