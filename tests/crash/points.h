// Every system call of a scripted life of walletd, as a place where it can be hurt.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

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

// Points that differ in their number alone: a row of the report.
using RowName = std::tuple<std::string, std::string, std::string>;
inline RowName RowNameOf(const Point& point) { return {point.life, point.thread, point.call}; }

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

// The points to try: all of them, or as many as `most`, drawn with `seed`, of as many rows as can
// be.
std::vector<Point> Sample(std::vector<Point> points, size_t most, uint64_t seed);

// Counts by thread and call, for people.
class Report {
 public:
  void Found(const Point& point) { ++RowOf(point).points; }
  void Tried(const Point& point, const Hurt& hurt);
  std::string Table(const std::string& title) const;

 private:
  struct Row {
    int points = 0, tried = 0, reached = 0, wrong = 0;
    std::map<int, int> codes;
  };
  Row& RowOf(const Point& point) { return rows_[RowNameOf(point)]; }
  std::map<RowName, Row> rows_;
};

}  // namespace wallet::crash
