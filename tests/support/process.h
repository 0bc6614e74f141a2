// A program in a process of its own: started, listened to, signalled, waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wallet {

// Arguments, and more of them.
inline std::vector<std::string> Joined(std::vector<std::string> a,
                                       const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Generous: a machine under load is slow, not wrong.
inline constexpr std::chrono::seconds kPatience{120};

struct ProcessOptions {
  std::vector<std::string> arguments;              // the first is the program's path
  std::map<std::string, std::string> environment;  // on top of the test's own
  std::string error_path;                          // standard error is appended to this file
};

// One thread at a time. The process dies with the test.
class Process {
 public:
  static absl::StatusOr<std::unique_ptr<Process>> Start(const ProcessOptions& options);

  // Kills it if it still runs.
  ~Process();

  pid_t pid() const { return pid_; }

  // Whether ReadLine would find something, or the output's end, within `bound`.
  bool HasOutput(std::chrono::milliseconds bound);
  // Of its standard output: the next line, without its end; nullopt when the output has ended.
  std::optional<std::string> ReadLine();
  // All of it that is left.
  std::string ReadRest();

  // Nothing when it has ended.
  void Signal(int number);
  // SIGKILL, and waits for the end.
  void Kill();
  // The exit code; 128 + n when signal n ended it; nullopt when it still runs after `bound`.
  std::optional<int> AwaitExit(std::chrono::milliseconds bound);

 private:
  Process() = default;

  absl::Status Spawn(const ProcessOptions& options);

  pid_t pid_ = -1;
  int pid_fd_ = -1;  // readable once it has ended
  int output_ = -1;  // its standard output
  std::optional<int> exit_code_;
};

// What a program said and how it ended.
struct Finished {
  int code = -1;  // as AwaitExit
  std::string out;
  std::string error;
};

// Runs a program to its end; for programs that end by themselves within kPatience.
Finished RunToEnd(std::vector<std::string> arguments,
                  std::map<std::string, std::string> environment = {});

// The file's bytes; empty when it can't be read.
std::string ReadWholeFile(const std::string& path);

}  // namespace wallet
