// Every system call of a scripted life of walletd, as a place where it can be hurt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "tests/crash/strace.h"
#include "tests/crash/trial.h"

namespace wallet::crash {

// A life: from the start on a ledger that is there (or is made), through the script, to the end in
// order.
struct Point {
  std::string life;    // "creation", "start"
  std::string thread;  // "main": traced from the first call on; else attached to when it serves
  std::string call;
  int64_t when = 1;
};

std::string Describe(const Point& point);

// All of them, found by living that life once for the main thread and once for each other one.
// `base` is what the life starts from.
std::vector<Point> FindPoints(const std::string& life, const Trial& base);

// What came of it.
struct Hurt {
  bool reached = false;  // threads take turns as they like: a call may not come again
  int code = 0;          // how the life ended, or its start
  std::string logged;
  std::string problems;  // empty: recovered, and nothing was lost
};

// What RocksDB itself makes of a failure while it opens, and nobody above it can help: Debian's
// build has its assertions on, and a probe that fails is to it a file system without direct I/O.
bool IsRocksDbsOwnEnd(const Hurt& hurt);

// Lives the life again, with `effect` at the point, then recovers from it.
Hurt HurtAt(const Point& point, const std::string& effect, const Trial& base);

// Which of them are tried.
struct Draw {
  uint64_t tries = 0;  // 0: all; else as many, of as many rows as can be
  uint64_t seed = 0;
  std::string only = {};  // of those whose description begins so
};
// As the environment says (tests/crash/README.md), and says so.
Draw DrawFromEnvironment(uint64_t otherwise_tries);

// Tries the points drawn, one after the other: a test's failure where one loses something, or
// `judge` makes it one. Prints how far it is, and in the end what came of it, by thread and call.
void TryPoints(const std::vector<Point>& points, const Draw& draw, const std::string& effect,
               absl::FunctionRef<Hurt(const Point&)> hurt_at,
               absl::FunctionRef<void(const Point&, const Hurt&)> judge);

}  // namespace wallet::crash
