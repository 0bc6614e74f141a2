#include "tools/walletctl/follow.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tools/walletctl/output.h"

namespace wallet {
namespace {

using client::ChangesAnswer;
using client::Code;
using std::chrono::milliseconds;

constexpr milliseconds kShortestPoll{100};
constexpr milliseconds kLongestPoll{2'000};
// How soon an interruption is noticed.
constexpr milliseconds kTick{50};

volatile std::sig_atomic_t interrupted = 0;

void OnSignal(int) { interrupted = 1; }

void Pause(milliseconds time) {
  for (; time > milliseconds(0) && !interrupted; time -= kTick) std::this_thread::sleep_for(kTick);
}

// nullopt when interrupted first.
std::optional<ChangesAnswer> Ask(client::Client& wallet, client::ListChanges request) {
  auto promise = std::make_shared<std::promise<ChangesAnswer>>();
  std::future<ChangesAnswer> answer = promise->get_future();
  wallet.List(std::move(request),
              [promise](ChangesAnswer given) { promise->set_value(std::move(given)); });
  while (answer.wait_for(kTick) != std::future_status::ready) {
    if (interrupted) return std::nullopt;
  }
  return answer.get();
}

// Nothing is wrong with what was asked.
bool IsPassing(Code code) {
  switch (code) {
    case Code::kUnreachable:
    case Code::kOverloaded:
    case Code::kShuttingDown:
    case Code::kRateLimited:
    case Code::kOutcomeUnknown:
    case Code::kInternal:
      return true;
    default:
      return false;
  }
}

void Print(const Arguments& arguments, const ChangesAnswer& answer, bool heading) {
  if (answer.changes.empty() && !heading) return;
  const std::string text = arguments.json ? JsonLinesOf(answer) : ChangesText(answer, heading);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void PrintProblem(const Arguments& arguments, const ChangesAnswer& answer) {
  std::fprintf(stderr, "walletctl: %s%s%s: %s\n", client::ToString(answer.code).c_str(),
               answer.field.empty() ? "" : " in ", answer.field.c_str(), answer.message.c_str());
  if (answer.code == Code::kPositionTooOld && !answer.position.empty()) {
    std::fprintf(stderr, "walletctl: then go on with --after %s\n", answer.position.c_str());
  }
  if (arguments.json) std::fputs((ErrorJson(answer) + "\n").c_str(), stdout);
}

void PrintNext(const std::string& position) {
  if (position.empty()) return;
  std::fprintf(stderr, "walletctl: go on with --after %s\n", position.c_str());
}

int Once(client::Client& wallet, const Arguments& arguments) {
  const ChangesAnswer answer = wallet.List({.after = arguments.after, .limit = arguments.limit});
  if (!answer.ok()) {
    PrintProblem(arguments, answer);
    return ExitCodeFor(answer);
  }
  Print(arguments, answer, /*heading=*/true);
  if (answer.next != answer.end) std::fputs("walletctl: there is more\n", stderr);
  PrintNext(answer.next);
  return kDone;
}

int Follow(client::Client& wallet, const Arguments& arguments) {
  std::string after = arguments.after;
  milliseconds wait = kShortestPoll;
  bool heading = true, troubled = false;
  while (!interrupted) {
    const auto answer = Ask(wallet, {.after = after, .limit = arguments.limit});
    if (!answer) break;
    if (answer->ok()) {
      Print(arguments, *answer, std::exchange(heading, false));
      after = answer->next;
    } else if (!IsPassing(answer->code)) {
      PrintProblem(arguments, *answer);
      PrintNext(after);
      return ExitCodeFor(*answer);
    } else if (!troubled) {
      PrintProblem({}, *answer);
    }
    troubled = !answer->ok();
    if (answer->ok() && answer->next != answer->end) continue;
    wait = answer->changes.empty() ? std::min(2 * wait, kLongestPoll) : kShortestPoll;
    Pause(wait);
  }
  PrintNext(after);
  return kDone;
}

}  // namespace

int DoChanges(client::Client& wallet, const Arguments& arguments) {
  if (!arguments.follow) return Once(wallet, arguments);
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  return Follow(wallet, arguments);
}

}  // namespace wallet
