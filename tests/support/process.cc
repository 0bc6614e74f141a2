#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/temp_dir.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using std::chrono::milliseconds;

absl::Status Failed(const std::string& call) {
  return absl::InternalError(absl::StrCat(call, ": errno ", errno));
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& each : texts) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// The test's own environment with `changes`, as NAME=VALUE.
std::vector<std::string> Environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    if (!changes.contains(text.substr(0, text.find('=')))) environment.push_back(text);
  }
  for (const auto& [name, value] : changes) environment.push_back(name + "=" + value);
  return environment;
}

// In the child, between fork and exec: only calls that are safe there. Never returns.
[[noreturn]] void BecomeProgram(char* const* arguments, char* const* environment, int output,
                                int error) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGXFSZ, SIG_IGN);  // a file size limit is then a failed write, not the end
  dup2(output, STDOUT_FILENO);
  dup2(error, STDERR_FILENO);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

// Whether `fd` becomes readable within `bound`.
bool Readable(int fd, milliseconds bound) {
  pollfd poll_fd{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&poll_fd, 1, static_cast<int>(bound.count())) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const ProcessOptions& options) {
  auto process = std::unique_ptr<Process>(new Process);
  if (absl::Status status = process->Spawn(options); !status.ok()) return status;
  return process;
}

Process::~Process() {
  if (pid_ > 0) Kill();
  if (pid_fd_ >= 0) close(pid_fd_);
  if (output_ >= 0) close(output_);
}

absl::Status Process::Spawn(const ProcessOptions& options) {
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return Failed("pipe2");
  output_ = pipe_fds[0];
  const int error =
      open(options.error_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (error < 0) return close(pipe_fds[1]), Failed("open " + options.error_path);

  const std::vector<std::string> environment = Environment(options.environment);
  const std::vector<char*> argument_pointers = Pointers(options.arguments);
  const std::vector<char*> environment_pointers = Pointers(environment);
  pid_ = fork();
  if (pid_ == 0) {
    BecomeProgram(argument_pointers.data(), environment_pointers.data(), pipe_fds[1], error);
  }
  close(pipe_fds[1]);
  close(error);
  if (pid_ < 0) return Failed("fork");
  pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  return pid_fd_ < 0 ? Failed("pidfd_open") : absl::OkStatus();
}

bool Process::HasOutput(milliseconds bound) { return Readable(output_, bound); }

std::optional<std::string> Process::ReadLine() {
  std::string line;
  char c;
  while (Readable(output_, kPatience) && read(output_, &c, 1) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::string Process::ReadRest() {
  std::string rest;
  char bytes[4096];
  while (Readable(output_, kPatience)) {
    const ssize_t size = read(output_, bytes, sizeof(bytes));
    if (size <= 0) break;
    rest.append(bytes, static_cast<size_t>(size));
  }
  return rest;
}

void Process::Signal(int number) {
  if (!exit_code_) kill(pid_, number);
}

void Process::Kill() {
  Signal(SIGKILL);
  WALLET_CHECK(AwaitExit(kPatience));
}

std::optional<int> Process::AwaitExit(milliseconds bound) {
  if (exit_code_ || !Readable(pid_fd_, bound)) return exit_code_;
  int status = 0;
  WALLET_CHECK(waitpid(pid_, &status, 0) == pid_);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

Finished RunToEnd(std::vector<std::string> arguments,
                  std::map<std::string, std::string> environment) {
  const TempDir temp;
  const std::string error_path = temp.path() + "/stderr";
  auto process = Process::Start({std::move(arguments), std::move(environment), error_path});
  if (!process.ok()) return {.error = process.status().ToString()};
  Finished finished;
  finished.out = (*process)->ReadRest();
  finished.code = (*process)->AwaitExit(kPatience).value_or(-1);
  finished.error = ReadWholeFile(error_path);
  return finished;
}

std::string ReadWholeFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace wallet
