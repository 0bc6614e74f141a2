#include "tests/crash/strace.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "wal/base/absl_view.h"

namespace wallet::crash {
namespace {

constexpr char kStrace[] = "/usr/bin/strace";
constexpr std::chrono::milliseconds kPause{1};

std::vector<std::string> Options(const std::string& record, const std::optional<Fault>& fault) {
  std::vector<std::string> options = {"-qq", "-o", record, "-s", "0"};
  if (!fault) {
    options.insert(options.end(), {"-e", absl::StrCat("trace=", ToAbsl(kFileCalls))});
    return options;
  }
  options.insert(options.end(), {"-e", absl::StrCat("trace=", fault->call), "-e",
                                 absl::StrCat("inject=", fault->call, ":", fault->effect, ":when=",
                                              fault->when, fault->from_then_on ? "+" : "")});
  return options;
}

bool IsTraced(pid_t thread) {
  std::ifstream status(absl::StrCat("/proc/", thread, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "TracerPid:")) return !absl::EndsWith(line, "\t0");
  }
  return false;
}

// "fdatasync" of "1234 fdatasync(7) = 0"; empty when the line is not the beginning of a call.
std::string_view CallOf(std::string_view line) {
  const size_t end = line.find('(');
  if (end == std::string_view::npos) return {};
  const size_t space = line.rfind(' ', end);
  const size_t begin = space == std::string_view::npos ? 0 : space + 1;
  const std::string_view name = line.substr(begin, end - begin);
  const bool is_name =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
  return is_name ? name : std::string_view();
}

bool NamesAPath(std::string_view call) {
  static const std::set<std::string_view>& calls = *new std::set<std::string_view>{
      "openat", "open",   "creat",    "rename", "renameat", "renameat2", "link",
      "linkat", "unlink", "unlinkat", "rmdir",  "mkdir",    "mkdirat",   "truncate"};
  return calls.contains(call);
}

}  // namespace

bool IsOutput(const std::string& line) {
  return absl::StrContains(line, "write(1, ") || absl::StrContains(line, "write(2, ");
}

bool WasInjected(const std::string& record) {
  const std::string text = ReadWholeFile(record);
  return text.find("(INJECTED)") != text.npos || text.find("(DELAYED)") != text.npos ||
         text.find("killed by SIGKILL") != text.npos;
}

bool HitOutput(const std::string& record) {
  std::ifstream lines(record);
  for (std::string line; std::getline(lines, line);) {
    if (IsOutput(line) && absl::StrContains(line, "(INJECTED)")) return true;
  }
  return false;
}

absl::Status CanTrace() {
  if (access(kStrace, X_OK) != 0) return absl::UnimplementedError("strace is not installed");
  const TempDir temp;
  const Finished finished =
      RunToEnd({kStrace, "-D", "-f", "-qq", "-o", temp.path() + "/record", "-e", "trace=openat",
                "-e", "inject=openat:signal=KILL:when=1", "/bin/true"});
  if (finished.code == 128 + 9) return absl::OkStatus();
  return absl::UnimplementedError(absl::StrCat("strace can't trace here (no ptrace?): code ",
                                               finished.code, " ", finished.error));
}

std::vector<std::string> TraceFromStart(const std::string& record,
                                        const std::optional<Fault>& fault) {
  // -D: the program stays the child that the test started.
  std::vector<std::string> command = {kStrace, "-D", "-f"};
  // Much faster, but it injects no signals.
  if (!fault || !absl::StartsWith(fault->effect, "signal")) command.push_back("--seccomp-bpf");
  return Joined(std::move(command), Options(record, fault));
}

absl::StatusOr<std::unique_ptr<Trace>> Trace::Attach(pid_t thread, const std::string& record,
                                                     const std::optional<Fault>& fault) {
  std::unique_ptr<Trace> trace(new Trace);
  auto strace = Process::Start(
      {.arguments = Joined(Joined({kStrace}, Options(record, fault)), {"-p", absl::StrCat(thread)}),
       .environment = {},
       .error_path = record + ".error"});
  if (!strace.ok()) return strace.status();
  trace->strace_ = *std::move(strace);
  while (!IsTraced(thread)) {
    if (trace->strace_->AwaitExit(kPause)) {
      return absl::UnavailableError(ReadWholeFile(record + ".error"));
    }
  }
  return trace;
}

std::map<std::string, pid_t> ThreadsOf(pid_t process) {
  std::map<std::string, pid_t> threads;
  const std::string tasks = absl::StrCat("/proc/", process, "/task");
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::string name = ReadWholeFile(task.path() / "comm");
    if (!name.empty()) name.pop_back();
    const pid_t id = std::stoi(task.path().filename());
    const auto [place, is_new] = threads.emplace(name, id);
    if (!is_new && id < place->second) place->second = id;
  }
  return threads;
}

std::map<std::string, std::vector<int64_t>> CallsIn(const std::string& record,
                                                    std::string_view directory) {
  std::map<std::pair<std::string, std::string>, int64_t> counts;  // by thread and call
  std::map<std::string, std::set<int64_t>> touching;
  std::ifstream lines(record);
  for (std::string line; std::getline(lines, line);) {
    const std::string call(CallOf(line));
    if (call.empty()) continue;
    const std::string first = line.substr(0, line.find(' '));
    const std::string thread =
        first.find_first_not_of("0123456789") == std::string::npos ? first : "";
    const int64_t number = ++counts[{thread, call}];
    if (NamesAPath(call) ? absl::StrContains(line, ToAbsl(directory)) : !IsOutput(line)) {
      touching[call].insert(number);
    }
  }
  std::map<std::string, std::vector<int64_t>> calls;
  for (const auto& [call, numbers] : touching) calls[call] = {numbers.begin(), numbers.end()};
  return calls;
}

}  // namespace wallet::crash
