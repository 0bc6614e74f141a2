// wallet-bench: measures a running server.
#include <cstdio>
#include <fstream>
#include <variant>

#include "bench/machine.h"
#include "bench/wallet_bench/disk.h"
#include "bench/wallet_bench/drive.h"
#include "bench/wallet_bench/flags.h"
#include "bench/wallet_bench/plot.h"
#include "bench/wallet_bench/report.h"
#include "bench/wallet_bench/server.h"
#include "bench/wallet_bench/workload.h"
#include "wal/base/clock.h"
#include "wal/base/random.h"

namespace wallet::bench {
namespace {

constexpr int kDone = 0, kRefused = 1, kUnreachable = 3;

int Complain(const absl::Status& status) {
  std::fprintf(stderr, "wallet-bench: %s\n", std::string(status.message()).c_str());
  return status.code() == absl::StatusCode::kUnavailable ? kUnreachable : kRefused;
}

// Gives every user what the workload needs. False: it could not.
bool Fund(const Options& measured, const Workload& workload, uint64_t run_id) {
  if (!measured.fund || workload.funding() == 0) return true;
  Options options = measured;
  options.transactions = static_cast<uint64_t>(measured.users);
  options.duration_s = options.warm_up_s = options.rate = 0;
  options.batch = 1'000;
  options.in_flight = 8;
  options.threads = 1;
  const auto funding = MakeFunding(workload.funding(), run_id);
  const RunResult result = Drive(options, *funding, "funding");
  if (result.tally.accepted() == options.transactions) return true;
  const auto& refused = result.tally.refused;
  std::fprintf(stderr, "wallet-bench: not every user could be given money (%s)\n",
               refused.empty() ? "no answer" : refused.begin()->first.c_str());
  return false;
}

bool WritePlot(const Report& report) {
  if (report.options.plot.empty()) return true;
  std::ofstream file(report.options.plot);
  file << Plot(report);
  file.close();
  if (file) return true;
  std::fprintf(stderr, "wallet-bench: cannot write %s\n", report.options.plot.c_str());
  return false;
}

int Say(const Report& report) {
  const std::string text = report.options.json ? FormatJson(report) + "\n" : FormatTable(report);
  std::fputs(text.c_str(), stdout);
  if (!WritePlot(report)) return kUsage;
  if (report.result.lost) {
    std::fprintf(stderr, "wallet-bench: the server at %s went away\n",
                 report.options.connect.c_str());
    return kUnreachable;
  }
  return report.result.tally.accepted() > 0 ? kDone : kRefused;
}

int Measure(const Options& options) {
  const auto server = FindServer(options);
  if (!server.ok()) return Complain(server.status());
  const Machine machine = ThisMachine();
  if (!machine.release) {
    std::fprintf(stderr, "wallet-bench: warning: this is a %s build, not a Release build\n",
                 machine.build.c_str());
  }
  const uint64_t run_id = SystemRandom().Next();
  const auto workload = MakeWorkload(options, run_id, SystemClock().Now().value());
  if (!Fund(options, *workload, run_id)) return kRefused;
  const RunResult result = Drive(options, *workload, options.workload);
  return Say({options, machine, *server, result});
}

int MeasureTheDisk(const DiskOptions& options) {
  const auto result = MeasureDisk(options);
  if (!result.ok()) return Complain(result.status());
  const std::string text =
      options.json ? FormatDiskJson(options, *result) + "\n" : FormatDiskTable(options, *result);
  std::fputs(text.c_str(), stdout);
  return kDone;
}

int Main(int argc, char** argv) {
  const auto asked = ParseFlags(argc, argv);
  if (const auto* early = std::get_if<EarlyExit>(&asked)) return early->code;
  if (const auto* disk = std::get_if<DiskOptions>(&asked)) return MeasureTheDisk(*disk);
  return Measure(std::get<Options>(asked));
}

}  // namespace
}  // namespace wallet::bench

int main(int argc, char** argv) { return wallet::bench::Main(argc, argv); }
