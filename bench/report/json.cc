#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "bench/report/output.h"

namespace wallet::bench {
namespace {

namespace json = boost::json;

void AddTimes(double p50_ms, double p99_ms, json::object& object) {
  if (p50_ms >= 0) object["p50_ms"] = p50_ms;
  if (p99_ms >= 0) object["p99_ms"] = p99_ms;
}

json::object ToJson(const Entry& entry) {
  json::object object{{"system", entry.system},         {"name", entry.name},
                      {"quoted", entry.quoted},         {"rounds", entry.rounds},
                      {"rate_per_s", entry.rate},       {"lowest_per_s", entry.lowest},
                      {"highest_per_s", entry.highest}, {"how", entry.how}};
  AddTimes(entry.p50_ms, entry.p99_ms, object);
  if (entry.quoted) object["note"] = kQuoted;
  if (entry.wallet_ratio) object["wallet_ratio"] = *entry.wallet_ratio;
  return object;
}

json::object ToJson(const Row& row) {
  json::object object{{"workload", row.workload},
                      {"system", row.system},
                      {"round", row.round},
                      {"rate_per_s", row.rate},
                      {"how", row.how}};
  AddTimes(row.p50_ms, row.p99_ms, object);
  return object;
}

}  // namespace

std::string FormatJson(const std::vector<Comparison>& comparisons, const std::vector<Row>& measured,
                       const Machine& machine) {
  json::array workloads, rows;
  for (const Comparison& comparison : comparisons) {
    json::array entries;
    for (const Entry& entry : comparison.entries) entries.push_back(ToJson(entry));
    workloads.push_back({{"workload", comparison.workload},
                         {"title", comparison.title},
                         {"systems", std::move(entries)}});
  }
  for (const Row& row : measured) rows.push_back(ToJson(row));
  return json::serialize(json::object{{"cores", machine.cores},
                                      {"cpu", machine.cpu},
                                      {"build", machine.build},
                                      {"workloads", std::move(workloads)},
                                      {"measurements", std::move(rows)}});
}

}  // namespace wallet::bench
