#include "tests/support/walletd.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <regex>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPause{2};  // between two looks at a condition

absl::Status Failed(const std::string& call) {
  return absl::InternalError(absl::StrCat(call, ": errno ", errno));
}

std::vector<std::string> Arguments(const std::string& data_dir,
                                   const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {WALLETD_PATH, "--data-dir",  data_dir,   "--create",
                                        "--http",     "127.0.0.1:0", "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return arguments;
}

// In the child, between fork and exec: only calls that are safe there. Never returns.
[[noreturn]] void BecomeWalletd(char* const* arguments, int output, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGXFSZ, SIG_IGN);  // a file size limit is then a failed write, not the end
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

// Whether `fd` becomes readable within `bound`.
bool Readable(int fd, milliseconds bound) {
  pollfd poll_fd{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&poll_fd, 1, static_cast<int>(bound.count())) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Walletd>> Walletd::Launch(const std::string& data_dir,
                                                         const std::vector<std::string>& flags) {
  auto walletd = std::unique_ptr<Walletd>(new Walletd(data_dir));
  if (absl::Status status = walletd->Spawn(Arguments(data_dir, flags)); !status.ok()) return status;
  return walletd;
}

absl::StatusOr<std::unique_ptr<Walletd>> Walletd::Start(const std::string& data_dir,
                                                        const std::vector<std::string>& flags) {
  auto walletd = Launch(data_dir, flags);
  if (!walletd.ok()) return walletd;
  if (absl::Status status = (*walletd)->AwaitReady(); !status.ok()) return status;
  return walletd;
}

Walletd::~Walletd() {
  if (pid_ > 0) Kill();
  if (pid_fd_ >= 0) close(pid_fd_);
  if (output_ >= 0) close(output_);
}

absl::Status Walletd::Spawn(const std::vector<std::string>& arguments) {
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return Failed("pipe2");
  output_ = pipe_fds[0];
  const int log = open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return close(pipe_fds[1]), Failed("open " + log_path_);

  std::vector<char*> pointers;
  for (const std::string& each : arguments) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) BecomeWalletd(pointers.data(), pipe_fds[1], log);
  close(pipe_fds[1]);
  close(log);
  if (pid_ < 0) return Failed("fork");
  pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  return pid_fd_ < 0 ? Failed("pidfd_open") : absl::OkStatus();
}

absl::Status Walletd::AwaitReady() {
  const std::regex ready("ready http=(\\S+) binary=(\\S+)");
  std::smatch match;
  const std::optional<std::string> line = ReadLine();
  if (line && std::regex_match(*line, match, ready)) {
    http_ = match[1];
    binary_ = match[2];
    return absl::OkStatus();
  }
  const std::optional<int> code = AwaitExit(kPatience);
  return absl::UnavailableError(absl::StrCat("walletd is not ready: printed \"", line.value_or(""),
                                             "\", exit code ", code.value_or(-1), ", log:\n",
                                             Logged()));
}

std::optional<std::string> Walletd::ReadLine() {
  std::string line;
  char c;
  while (Readable(output_, kPatience) && read(output_, &c, 1) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::string Walletd::Logged() const {
  std::ostringstream text;
  text << std::ifstream(log_path_).rdbuf();
  return text.str();
}

void Walletd::Kill() {
  if (!exit_code_) kill(pid_, SIGKILL);
  WALLET_CHECK(AwaitExit(kPatience));
}

void Walletd::Terminate() {
  if (!exit_code_) kill(pid_, SIGTERM);
}

std::optional<int> Walletd::AwaitExit(milliseconds bound) {
  if (exit_code_ || !Readable(pid_fd_, bound)) return exit_code_;
  int status = 0;
  WALLET_CHECK(waitpid(pid_, &status, 0) == pid_);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

bool Walletd::Eventually(const std::function<bool()>& condition, milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (!condition()) {
    if (AwaitExit(kPause) || steady_clock::now() > deadline) return false;
  }
  return true;
}

}  // namespace wallet
