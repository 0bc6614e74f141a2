#include "tests/crash/strace.h"

#include <unistd.h>

#include <algorithm>
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
  // -y: with the paths behind descriptors.
  std::vector<std::string> options = {"-qq", "-y", "-o", record, "-s", "0"};
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

// Whether a call, as in a record, changes a file of the directory; of memory's it is not said.
bool Touches(std::string_view line, std::string_view directory) {
  const auto has = [&](std::string_view text) { return line.find(text) != line.npos; };
  return CallOf(line) == "msync" || (has(directory) && !has("write(1<") && !has("write(2<"));
}

bool IsInjected(const std::string& call) {
  return absl::StrContains(call, "(INJECTED)") || absl::StrContains(call, "(DELAYED)");
}

std::string ThreadOf(std::string_view line) {
  const std::string first(line.substr(0, line.find(' ')));
  return first.find_first_not_of("0123456789") == first.npos ? first : "";
}

// The record's calls; one that another thread's has cut in two is whole again.
std::vector<std::string> WholeCalls(const std::string& record) {
  constexpr absl::string_view kCut = " <unfinished ...>", kGoesOn = " resumed>";
  std::map<std::string, std::string> cut;  // by thread
  std::vector<std::string> calls;
  std::ifstream lines(record);
  for (std::string line; std::getline(lines, line);) {
    const std::string thread = ThreadOf(line);
    if (absl::EndsWith(line, kCut)) {
      cut[thread] = line.substr(0, line.size() - kCut.size());
      continue;
    }
    if (const size_t at = line.find(kGoesOn.data()); at != line.npos) {
      line = cut[thread] + line.substr(at + kGoesOn.size());
      cut.erase(thread);
    }
    calls.push_back(std::move(line));
  }
  for (auto& [thread, line] : cut) calls.push_back(std::move(line));  // never came back
  return calls;
}

template <class Condition>
bool AnyCall(const std::string& record, Condition condition) {
  const std::vector<std::string> calls = WholeCalls(record);
  return std::any_of(calls.begin(), calls.end(), condition);
}

}  // namespace

bool Hit(const std::string& record, std::string_view directory) {
  return AnyCall(record, [&](const std::string& call) {
    return absl::StrContains(call, "killed by SIGKILL") ||
           (IsInjected(call) && Touches(call, directory));
  });
}

bool HitWord(const std::string& record) {
  return AnyCall(record, [](const std::string& call) {
    return IsInjected(call) &&
           (absl::StrContains(call, "write(1<") || absl::StrContains(call, "[eventfd]"));
  });
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
  for (const std::string& line : WholeCalls(record)) {
    const std::string call(CallOf(line));
    if (call.empty()) continue;
    const int64_t number = ++counts[{ThreadOf(line), call}];
    if (Touches(line, directory)) touching[call].insert(number);
  }
  std::map<std::string, std::vector<int64_t>> calls;
  for (const auto& [call, numbers] : touching) calls[call] = {numbers.begin(), numbers.end()};
  return calls;
}

}  // namespace wallet::crash
