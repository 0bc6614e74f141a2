#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "bench/wallet_bench/report.h"

namespace wallet::bench {
namespace {

namespace json = boost::json;

json::object ToJson(const Options& options) {
  json::object object{{"workload", options.workload},
                      {"users", options.users},
                      {"zipf", options.zipf},
                      {"batch", options.batch},
                      {"connections", options.connections},
                      {"in_flight", options.in_flight},
                      {"threads", options.threads},
                      {"warm_up_s", options.warm_up_s},
                      {"loop", options.rate > 0 ? "open" : "closed"}};
  if (options.duration_s > 0) {
    object["duration_s"] = options.duration_s;
  } else {
    object["transactions"] = options.transactions;
  }
  return object;
}

void AddResult(const RunResult& result, json::object& object) {
  json::object refused, kinds;
  for (const auto& [code, count] : result.tally.refused) refused[code] = count;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const uint64_t count = result.tally.accepted_by_kind[kind];
    if (count > 0) kinds[kKindNames[kind]] = count;
  }
  object["accepted"] = result.tally.accepted();
  object["accepted_by_kind"] = std::move(kinds);
  object["refused"] = std::move(refused);
  object["seconds"] = result.seconds;
  object["rate_per_s"] = result.rate();
  object["p50_ms"] = LatencyMs(result, 0.5);
  object["p90_ms"] = LatencyMs(result, 0.9);
  object["p99_ms"] = LatencyMs(result, 0.99);
  object["p999_ms"] = LatencyMs(result, 0.999);
  object["max_ms"] = LatencyMs(result, 1);
}

void AddTimetable(const Report& report, json::object& object) {
  const Timetable& table = report.result.timetable;
  object["rate_asked_per_s"] = report.options.rate;
  object["rate_held"] = HeldRate(report.options, report.result);
  object["calls_late"] = table.late;
  object["calls_never_sent"] = table.never_sent;
  object["longest_delay_ms"] = static_cast<double>(table.longest_delay_us) / 1e3;
}

}  // namespace

std::string FormatJson(const Report& report) {
  json::object object = ToJson(report.options);
  AddResult(report.result, object);
  if (report.options.rate > 0) AddTimetable(report, object);
  object["cores"] = report.machine.cores;
  object["cpu"] = report.machine.cpu;
  object["build"] = report.machine.build;
  object["release_build"] = report.machine.release;
  object["server_version"] = report.server.version;
  object["durability"] = kDurability;
  return json::serialize(object);
}

}  // namespace wallet::bench
