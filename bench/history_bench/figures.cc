#include "bench/history_bench/figures.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/number.h"

namespace wallet::bench {
namespace {

std::string Shown(double value) {
  return value >= 100 || value == static_cast<double>(static_cast<int64_t>(value))
             ? Grouped(value)
             : absl::StrFormat("%.3g", value);
}

}  // namespace

std::string FormatTable(const Machine& machine, const Figures& figures) {
  std::string text = absl::StrFormat("measured on %u cores (%s), %s build, all in one process\n",
                                     machine.cores, machine.cpu, machine.build);
  for (const Figure& figure : figures.all()) {
    absl::StrAppend(&text, absl::StrFormat("%-26s %14s %-8s %s\n", figure.name, Shown(figure.value),
                                           figure.unit, figure.what));
  }
  return text;
}

std::string FormatJson(const Machine& machine, const Figures& figures) {
  boost::json::object all;
  for (const Figure& figure : figures.all()) {
    all[figure.name] = {{"value", figure.value}, {"unit", figure.unit}};
  }
  return boost::json::serialize(boost::json::object{
      {"machine", {{"cores", machine.cores}, {"cpu", machine.cpu}, {"build", machine.build}}},
      {"figures", std::move(all)}});
}

}  // namespace wallet::bench
