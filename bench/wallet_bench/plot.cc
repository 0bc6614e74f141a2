#include "bench/wallet_bench/plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/number.h"
#include "bench/svg/axis.h"
#include "bench/svg/svg.h"

namespace wallet::bench {
namespace {

constexpr double kWidth = 860, kHeight = 680;
constexpr double kLeft = 80, kRight = kWidth - 40;

struct Panel {
  double top, bottom;
};
constexpr Panel kRates{96, 326}, kLatencies{410, 620};

void DrawTitles(Svg& svg, const Report& report) {
  svg.Text({kLeft, 28},
           absl::StrFormat("wallet-bench %s: %s/s accepted", report.options.workload,
                           Grouped(report.result.rate())),
           Anchor::kStart, "title");
  svg.Text({kLeft, 48}, Describe(report.options), Anchor::kStart, "label");
  svg.Text({kLeft, 64},
           absl::StrFormat("%u cores for server and load (%s), %s build, server %s, %s",
                           report.machine.cores, report.machine.cpu, report.machine.build,
                           report.server.version, kDurability),
           Anchor::kStart, "small");
}

// The last interval is cut short by the end of the run, and left out if there are others.
std::vector<double> RatesOf(const Timeline& timeline) {
  std::vector<double> rates;
  for (const uint64_t count : timeline.counts()) {
    rates.push_back(static_cast<double>(count) / timeline.interval_s());
  }
  if (rates.size() > 1) rates.pop_back();
  return rates;
}

void DrawRates(Svg& svg, const Report& report) {
  const Timeline& timeline = report.result.tally.accepted_over_time;
  const std::vector<double> rates = RatesOf(timeline);
  const double highest = rates.empty() ? 0 : *std::ranges::max_element(rates);
  const double mean = report.result.rate();
  const Axis y = Axis::Linear(std::max(highest, mean), kRates.bottom, kRates.top);
  const Axis x = Axis::Exact(report.result.seconds, kLeft, kRight);
  svg.Text({kLeft, kRates.top - 10}, "Throughput over time", Anchor::kStart, "heading");
  DrawVerticalAxis(svg, y, kLeft, kRight);
  DrawHorizontalAxis(svg, x, kRates.top, kRates.bottom);
  svg.TextUpwards({24, (kRates.top + kRates.bottom) / 2}, "accepted operations per second",
                  "label");
  svg.Text({(kLeft + kRight) / 2, kRates.bottom + 34}, "seconds since the end of the warm-up",
           Anchor::kMiddle, "label");
  std::vector<Point> points;
  for (size_t i = 0; i < rates.size(); ++i) {
    const double middle_s = (static_cast<double>(i) + 0.5) * timeline.interval_s();
    points.push_back({x.At(middle_s), y.At(rates[i])});
  }
  svg.Area(points, kRates.bottom, "area");
  svg.Path(points, "line");
  svg.Line({kLeft, y.At(mean)}, {kRight, y.At(mean)}, "mean");
  svg.Text({kRight, y.At(mean) - 5}, absl::StrCat("mean ", Grouped(mean), "/s"), Anchor::kEnd,
           "strong");
}

// Percentiles lie by the number of their nines: 90 % at 1, 99 % at 2 …
double FractionAt(double nines) { return 1 - std::pow(10, -nines); }

// As many nines as there are calls to tell them.
double MostNines(const Histogram& latency_us) {
  const double calls = std::max(10.0, static_cast<double>(latency_us.total()));
  return std::clamp(std::floor(std::log10(calls)), 1.0, 6.0);
}

double XOf(double nines, double most) { return kLeft + (kRight - kLeft) * nines / most; }

void DrawPercentileAxis(Svg& svg, double most) {
  const std::pair<double, const char*> marks[] = {
      {0, "0"},      {std::log10(2), "50 %"}, {1, "90 %"},     {2, "99 %"},
      {3, "99.9 %"}, {4, "99.99 %"},          {5, "99.999 %"}, {6, "99.9999 %"}};
  for (const auto& [nines, label] : marks) {
    if (nines > most) break;
    const double x = XOf(nines, most);
    svg.Line({x, kLatencies.top}, {x, kLatencies.bottom}, "grid");
    svg.Text({x, kLatencies.bottom + 16}, label, Anchor::kMiddle, "label");
  }
  svg.Text({(kLeft + kRight) / 2, kLatencies.bottom + 34},
           "percentile: so many calls were answered within", Anchor::kMiddle, "label");
}

void DrawLatencies(Svg& svg, const Report& report) {
  const RunResult& result = report.result;
  const double most = MostNines(result.tally.latency_us);
  const Axis y =
      Axis::Logarithmic(std::max(0.001, LatencyMs(result, 0)), std::max(0.01, LatencyMs(result, 1)),
                        kLatencies.bottom, kLatencies.top);
  const char* const unit = report.options.batch == 1 ? "a single call" : "a batch";
  svg.Text({kLeft, kLatencies.top - 10},
           absl::StrCat("Latency of ", unit,
                        report.options.rate > 0 ? ", from the instant it was due" : ""),
           Anchor::kStart, "heading");
  DrawVerticalAxis(svg, y, kLeft, kRight);
  DrawPercentileAxis(svg, most);
  svg.TextUpwards({24, (kLatencies.top + kLatencies.bottom) / 2}, "milliseconds (logarithmic)",
                  "label");
  std::vector<Point> points;
  for (double nines = 0; nines <= most + 1e-9; nines += 0.05) {
    points.push_back({XOf(nines, most), y.At(LatencyMs(result, FractionAt(nines)))});
  }
  svg.Path(points, "line");
  for (const auto& [nines, name] : {std::pair(std::log10(2), "p50"), std::pair(2.0, "p99")}) {
    if (nines > most) continue;
    const double ms = LatencyMs(result, FractionAt(nines));
    svg.Text({XOf(nines, most) + 8, y.At(ms) + 20}, absl::StrFormat("%s %.2f ms", name, ms),
             Anchor::kStart, "strong");
  }
}

}  // namespace

std::string Plot(const Report& report) {
  Svg svg(kWidth, kHeight);
  DrawTitles(svg, report);
  DrawRates(svg, report);
  DrawLatencies(svg, report);
  return svg.Finish();
}

}  // namespace wallet::bench
