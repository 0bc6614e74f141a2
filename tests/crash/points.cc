#include "tests/crash/points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/crash/environment.h"
#include "tests/support/temp_dir.h"

namespace wallet::crash {
namespace {

constexpr size_t kTriesALine = 50;  // of progress
constexpr char kMain[] = "main";
constexpr char kUnnamed[] = "walletd";  // as threads are called that nobody named

void Complain(Trial& trial, const absl::Status& status) {
  if (!status.ok()) trial.journal().Problem(status.ToString());
}

// Works, stops in order if it still can, and says how it ended.
int LiveOn(Trial& trial) {
  trial.Work();
  return trial.Stop();
}

void Add(const std::string& life, const std::string& thread, const std::string& record,
         const Trial& trial, std::vector<Point>& points) {
  for (const auto& [call, numbers] : CallsIn(record, trial.home())) {
    for (const int64_t when : numbers) points.push_back({life, thread, call, when});
  }
}

void FindOnMain(const std::string& life, const Trial& base, std::vector<Point>& points) {
  const TempDir temp;
  const std::string record = temp.path() + "/record";
  Trial trial(base);
  Complain(trial, trial.Start({.wrapper = TraceFromStart(record, std::nullopt)}));
  if (!trial.running()) return;
  LiveOn(trial);
  Add(life, kMain, record, trial, points);
}

void FindOnThreads(const std::string& life, const Trial& base, std::vector<Point>& points) {
  const TempDir temp;
  Trial trial(base);
  Complain(trial, trial.Start());
  if (!trial.running()) return;
  std::map<std::string, std::unique_ptr<Trace>> traces;
  for (const auto& [name, thread] : ThreadsOf(trial.server().pid())) {
    if (name == kUnnamed) continue;
    auto trace = Trace::Attach(thread, absl::StrCat(temp.path(), "/", traces.size()), std::nullopt);
    Complain(trial, trace.status());
    if (trace.ok()) traces[name] = *std::move(trace);
  }
  LiveOn(trial);
  int number = 0;
  std::map<std::string, std::string> records;
  for (const auto& [name, thread] : traces)
    records[name] = absl::StrCat(temp.path(), "/", number++);
  for (const auto& [name, record] : records) Add(life, name, record, trial, points);
}

// "… exit code 5, …", as Walletd tells of one that does not come to serve; -1: not said.
int CodeOf(absl::string_view message) {
  constexpr absl::string_view kBefore = "exit code ";
  const size_t at = message.find(kBefore);
  if (at == message.npos) return -1;
  const absl::string_view rest = message.substr(at + kBefore.size());
  int code = -1;
  return absl::SimpleAtoi(rest.substr(0, rest.find(',')), &code) ? code : -1;
}

// Lives it with the fault, without recovering; nullopt when somebody waited in vain for a word that
// no disk makes fail.
std::optional<Hurt> Live(Trial& trial, const Point& point, const Fault& fault) {
  Hurt hurt;
  const TempDir temp;
  const std::string record = temp.path() + "/record";
  std::unique_ptr<Trace> trace;
  const bool on_main = point.thread == kMain;
  const absl::Status started =
      trial.Start(on_main ? Surroundings{.wrapper = TraceFromStart(record, fault),
                                         .is_hopeless = [&] { return HitWord(record); }}
                          : Surroundings{});
  if (!started.ok()) {
    if (HitWord(record)) return std::nullopt;
    // That it did not serve says that the fault was met.
    return Hurt{.reached = true,
                .code = CodeOf(started.message()),
                .logged = std::string(started.message())};
  }
  if (!on_main) {
    const auto threads = ThreadsOf(trial.server().pid());
    const auto thread = threads.find(point.thread);
    if (thread == threads.end()) return hurt;
    auto attached = Trace::Attach(thread->second, record, fault);
    Complain(trial, attached.status());
    if (attached.ok()) trace = *std::move(attached);
  }
  hurt.code = LiveOn(trial);
  hurt.reached = hurt.code == 128 + 9 || Hit(record, trial.home());
  hurt.logged = trial.server().Logged();
  return hurt;
}

// Points that differ in their number alone: a row of the report.
using RowName = std::tuple<std::string, std::string, std::string>;
RowName RowNameOf(const Point& point) { return {point.life, point.thread, point.call}; }

// Counts by thread and call of what was tried, for people.
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
  std::vector<std::string> wrongs_;
};

void Report::Tried(const Point& point, const Hurt& hurt) {
  Row& row = RowOf(point);
  ++row.tried;
  row.reached += hurt.reached ? 1 : 0;
  ++row.codes[hurt.code];
  if (hurt.problems.empty()) return;
  ++row.wrong;
  wrongs_.push_back(absl::StrCat(Describe(point), ": ", hurt.problems));
}

std::string Report::Table(const std::string& title) const {
  std::string text = absl::StrFormat("%s\n%-9s %-13s %-16s %7s %6s %8s %6s  ends\n", title, "life",
                                     "thread", "call", "points", "tried", "reached", "wrong");
  Row sum;
  for (const auto& [name, row] : rows_) {
    sum.points += row.points;
    if (row.tried == 0) continue;
    const auto& [life, thread, call] = name;
    absl::StrAppendFormat(&text, "%-9s %-13s %-16s %7d %6d %8d %6d ", life, thread, call,
                          row.points, row.tried, row.reached, row.wrong);
    for (const auto& [code, count] : row.codes) absl::StrAppendFormat(&text, " %d:%d", code, count);
    text += "\n";
    sum.tried += row.tried;
    sum.reached += row.reached;
    sum.wrong += row.wrong;
  }
  absl::StrAppendFormat(&text, "%-9s %-13s %-16s %7d %6d %8d %6d\n", "all", "", "", sum.points,
                        sum.tried, sum.reached, sum.wrong);
  for (const std::string& wrong : wrongs_) absl::StrAppend(&text, "WRONG ", wrong, "\n");
  return text;
}

std::vector<Point> Drawn(std::vector<Point> points, const Draw& draw) {
  std::erase_if(points,
                [&](const Point& point) { return !absl::StartsWith(Describe(point), draw.only); });
  if (draw.tries == 0 || points.size() <= draw.tries) return points;
  std::mt19937_64 random(draw.seed);
  std::shuffle(points.begin(), points.end(), random);
  // One of each thread and call before a second of any.
  std::map<RowName, int> drawn;
  std::vector<std::pair<int, Point>> turns;
  for (Point& point : points) turns.emplace_back(++drawn[RowNameOf(point)], std::move(point));
  std::stable_sort(turns.begin(), turns.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  turns.resize(draw.tries);
  std::vector<Point> sample;
  for (auto& [turn, point] : turns) sample.push_back(std::move(point));
  return sample;
}

}  // namespace

std::string Describe(const Point& point) {
  return absl::StrCat(point.life, "/", point.thread, "/", point.call, "/", point.when);
}

std::vector<Point> FindPoints(const std::string& life, const Trial& base) {
  std::vector<Point> points;
  FindOnMain(life, base, points);
  FindOnThreads(life, base, points);
  return points;
}

Draw DrawFromEnvironment(uint64_t otherwise_tries) {
  const char* only = std::getenv("WALLET_CRASH_ONLY");
  Draw draw{.tries = FromEnvironment("WALLET_CRASH_TRIES", otherwise_tries),
            .seed = CrashSeed(),
            .only = only == nullptr ? "" : only};
  std::cout << "WALLET_CRASH_SEED=" << draw.seed << " WALLET_CRASH_TRIES=" << draw.tries
            << " WALLET_CRASH_ONLY=" << draw.only << std::endl;
  return draw;
}

Hurt HurtAt(const Point& point, const std::string& effect, const Trial& base) {
  Trial trial(base);
  auto hurt = Live(trial, point, {.call = point.call, .when = point.when, .effect = effect});
  if (!hurt) return {};
  trial.Recover();
  hurt->problems = trial.Problems();
  return *std::move(hurt);
}

bool IsRocksDbsOwnEnd(const Hurt& hurt) {
  const auto says = [&](const char* text) { return hurt.logged.find(text) != std::string::npos; };
  return (hurt.code == 128 + SIGABRT && says("rocksdb::") && says("Assertion")) ||
         (hurt.code == 4 && says("Direct I/O is not supported"));
}

void TryPoints(const std::vector<Point>& points, const Draw& draw, const std::string& effect,
               absl::FunctionRef<Hurt(const Point&)> hurt_at,
               absl::FunctionRef<void(const Point&, const Hurt&)> judge) {
  Report report;
  for (const Point& point : points) report.Found(point);
  const std::vector<Point> drawn = Drawn(points, draw);
  size_t tried = 0;
  for (const Point& point : drawn) {
    SCOPED_TRACE(Describe(point));
    const Hurt hurt = hurt_at(point);
    report.Tried(point, hurt);
    EXPECT_EQ(hurt.problems, "") << hurt.logged;
    judge(point, hurt);
    if (++tried % kTriesALine == 0) {
      std::cout << effect << ": " << tried << " of " << drawn.size() << std::endl;
    }
  }
  std::cout << report.Table(effect) << std::endl;
}

}  // namespace wallet::crash
