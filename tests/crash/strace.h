// The system calls of a program, recorded or made to end badly, by strace(1).
//
// strace counts the calls of each thread, and of each name, apart: a fault is "the n-th fdatasync
// of that thread".
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/process.h"

namespace wallet::crash {

// Every system call by which a program changes files.
inline constexpr std::string_view kFileCalls =
    "openat,open,creat,write,pwrite64,writev,pwritev,fdatasync,fsync,sync_file_range,msync,rename,"
    "renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,ftruncate,truncate,"
    "fallocate,copy_file_range,sendfile";

struct Fault {
  std::string call;           // "fdatasync"
  int64_t when = 1;           // the first that it hits, from 1, of each thread that is traced
  bool from_then_on = false;  // and every later one
  std::string effect;         // as strace names it: "signal=KILL", "error=EIO", "delay_enter=5000"
};

// kUnimplemented, and why, when this machine lets nobody trace.
absl::Status CanTrace();

// For Surroundings: the program is traced from its first call on, with all its threads. What it
// calls goes to the file `record`.
std::vector<std::string> TraceFromStart(const std::string& record,
                                        const std::optional<Fault>& fault);

// A thread that runs already is traced while this lives.
class Trace {
 public:
  static absl::StatusOr<std::unique_ptr<Trace>> Attach(pid_t thread, const std::string& record,
                                                       const std::optional<Fault>& fault);

 private:
  Trace() = default;
  std::unique_ptr<Process> strace_;
};

// The threads of a process by their names; the first of each.
std::map<std::string, pid_t> ThreadsOf(pid_t process);

// Whether the fault has met a file of `directory`. What comes before it, in other threads too, may
// have moved the count.
bool Hit(const std::string& record, std::string_view directory);
// Whether it has met what no disk makes fail and somebody may wait for in vain: the program's ready
// line, or what threads wake each other by.
bool HitWord(const std::string& record);

// Of the calls in a record, by their names: which of each thread's calls (1, 2, 3 …) touched files
// of `directory`, standard output and error left out. Numbers that several threads have in common
// stand once.
std::map<std::string, std::vector<int64_t>> CallsIn(const std::string& record,
                                                    std::string_view directory);

}  // namespace wallet::crash
