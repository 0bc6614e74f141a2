#include "tests/support/walletd.h"

#include <signal.h>
#include <sys/resource.h>

#include <sstream>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPause{2};  // between two looks at a condition

std::vector<std::string> Arguments(const std::string& data_dir,
                                   const std::vector<std::string>& flags,
                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {WALLETD_PATH, "--data-dir", data_dir, "--create", "--http",
                                     "127.0.0.1:0", "--listen", "127.0.0.1:0"});
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return arguments;
}

// Removes `prefix`; false when there is no such prefix.
bool TakePrefix(std::string_view prefix, std::string& text) {
  if (!text.starts_with(prefix)) return false;
  text.erase(0, prefix.size());
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Walletd>> Walletd::Launch(const std::string& data_dir,
                                                         const std::vector<std::string>& flags,
                                                         const Surroundings& surroundings) {
  auto walletd = std::unique_ptr<Walletd>(new Walletd(data_dir));
  auto process = Process::Start({.arguments = Arguments(data_dir, flags, surroundings.wrapper),
                                 .environment = surroundings.environment,
                                 .error_path = walletd->log_path_});
  if (!process.ok()) return process.status();
  walletd->process_ = *std::move(process);
  return walletd;
}

absl::StatusOr<std::unique_ptr<Walletd>> Walletd::Start(const std::string& data_dir,
                                                        const std::vector<std::string>& flags,
                                                        const Surroundings& surroundings) {
  auto walletd = Launch(data_dir, flags, surroundings);
  if (!walletd.ok()) return walletd;
  if (absl::Status status = (*walletd)->AwaitReady(surroundings.is_hopeless); !status.ok())
    return status;
  return walletd;
}

absl::Status Walletd::AwaitReady(const std::function<bool()>& is_hopeless) {
  Eventually([&] { return process_->HasOutput(milliseconds(0)) || is_hopeless(); }, kPatience);
  if (is_hopeless()) {
    return absl::UnavailableError("walletd will not say that it is ready, log:\n" + Logged());
  }
  const std::optional<std::string> line = process_->ReadLine();
  std::istringstream words(line.value_or(""));
  std::string ready, more;
  words >> ready >> http_ >> binary_ >> more;
  if (ready == "ready" && TakePrefix("http=", http_) && TakePrefix("binary=", binary_) &&
      more.empty()) {
    return absl::OkStatus();
  }
  const std::optional<int> code = AwaitExit(kPatience);
  return absl::UnavailableError(absl::StrCat("walletd is not ready: printed \"", line.value_or(""),
                                             "\", exit code ", code.value_or(-1), ", log:\n",
                                             Logged()));
}

std::string Walletd::Logged() const { return ReadWholeFile(log_path_); }

void Walletd::Kill() { process_->Kill(); }

void Walletd::Terminate() { process_->Signal(SIGTERM); }

void Walletd::LimitFiles(uint64_t bytes) {
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  WALLET_CHECK(prlimit(pid(), RLIMIT_FSIZE, &limit, nullptr) == 0);
}

std::optional<int> Walletd::AwaitExit(milliseconds bound) { return process_->AwaitExit(bound); }

bool Walletd::Eventually(const std::function<bool()>& condition, milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (!condition()) {
    if (AwaitExit(kPause) || steady_clock::now() > deadline) return false;
  }
  return true;
}

}  // namespace wallet
