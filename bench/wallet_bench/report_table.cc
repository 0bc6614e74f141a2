#include <array>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "bench/number.h"
#include "bench/wallet_bench/report.h"

namespace wallet::bench {
namespace {

std::string Count(double number, const char* one, const char* many) {
  return absl::StrCat(Grouped(number), " ", number == 1 ? one : many);
}

std::string Row(const char* name, const std::string& text) {
  return absl::StrFormat("%-12s %s\n", name, text);
}

std::string KindsOf(const Tally& tally) {
  std::vector<std::string> parts;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const auto count = static_cast<double>(tally.accepted_by_kind[kind]);
    if (count > 0) parts.push_back(absl::StrCat(kKindNames[kind], " ", Grouped(count)));
  }
  return parts.size() < 2 ? "" : absl::StrCat(" (", absl::StrJoin(parts, ", "), ")");
}

std::string LatencyRow(const Report& report) {
  std::vector<std::string> parts;
  for (const auto& [name, fraction] :
       {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p99", 0.99),
        std::pair("p99.9", 0.999), std::pair("max", 1.0)}) {
    parts.push_back(absl::StrFormat("%s %.2f ms", name, LatencyMs(report.result, fraction)));
  }
  const char* const of = report.options.batch == 1 ? "of a single call" : "of a batch";
  const char* const from = report.options.rate > 0 ? ", from when it was due" : "";
  return Row("latency", absl::StrCat(absl::StrJoin(parts, ", "), " (", of, from, ")"));
}

std::string RefusedRows(const Tally& tally) {
  std::string rows;
  for (const auto& [code, count] : tally.refused) {
    rows += Row("refused", absl::StrCat(Grouped(static_cast<double>(count)), " ", code));
  }
  if (tally.refused.contains("queue_full")) {
    rows += Row("",
                "(a server for withdrawals: walletd --bank-sim-latency 0s "
                "--bank-workers 1000 --bank-queue 100000)");
  }
  return rows;
}

std::string OpenLoopRow(const Report& report) {
  const Timetable& table = report.result.timetable;
  if (report.options.rate == 0) return "";
  const std::string asked = absl::StrCat(Grouped(report.options.rate), "/s");
  if (HeldRate(report.options, report.result)) {
    return Row("rate held",
               absl::StrFormat("%s asked for; a call was sent at most %.2f ms late", asked,
                               static_cast<double>(table.longest_delay_us) / 1e3));
  }
  return Row(
      "RATE NOT HELD",
      absl::StrFormat(
          "%s asked for; of %s calls %s were sent more than %d ms late (%.0f ms "
          "at most)%s%s",
          asked, Grouped(static_cast<double>(table.calls)),
          Grouped(static_cast<double>(table.late)), kLateUs / 1'000,
          static_cast<double>(table.longest_delay_us) / 1e3,
          table.was_full ? ", as too many had no answer" : "",
          table.never_sent > 0
              ? absl::StrCat(", and ", Grouped(static_cast<double>(table.never_sent)), " never")
              : ""));
}

}  // namespace

std::string Describe(const Options& options) {
  const auto in_flight = static_cast<double>(options.in_flight);
  std::string text = options.batch == 1
                         ? "single calls"
                         : absl::StrCat("batches of ", Grouped(static_cast<double>(options.batch)));
  absl::StrAppend(&text, options.rate > 0 ? ", at most " : ", ", Grouped(in_flight), " in flight, ",
                  Count(options.connections, "connection", "connections"), ", ",
                  Count(static_cast<double>(options.users), "user", "users"));
  if (options.zipf > 0) absl::StrAppend(&text, " (Zipf ", options.zipf, ")");
  if (options.threads > 1) absl::StrAppend(&text, ", ", options.threads, " client threads");
  if (options.rate == 0) return text + ", closed loop";
  return absl::StrCat(text, ", open loop at ", Grouped(options.rate), "/s");
}

bool HeldRate(const Options& options, const RunResult& result) {
  const Timetable& table = result.timetable;
  return options.rate == 0 || (table.never_sent == 0 && table.late <= table.calls / 1'000);
}

double LatencyMs(const RunResult& result, double fraction) {
  return static_cast<double>(result.tally.latency_us.Percentile(fraction)) / 1e3;
}

std::string FormatTable(const Report& report) {
  const Machine& machine = report.machine;
  const Tally& tally = report.result.tally;
  return absl::StrCat(
      Row("workload", absl::StrCat(report.options.workload, ": ", Describe(report.options))),
      Row("measured on", absl::StrFormat("%u cores for server and load (%s), %s build",
                                         machine.cores, machine.cpu, machine.build)),
      Row("server", absl::StrCat(report.server.version, " at ", report.options.connect, ", bank ",
                                 report.server.bank, ", ", kDurability)),
      Row("accepted",
          absl::StrFormat("%s in %.2f s%s", Grouped(static_cast<double>(tally.accepted())),
                          report.result.seconds, KindsOf(tally))),
      Row("rate", absl::StrCat(Grouped(report.result.rate()), "/s")), LatencyRow(report),
      OpenLoopRow(report), RefusedRows(tally));
}

}  // namespace wallet::bench
