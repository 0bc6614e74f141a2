#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/number.h"
#include "bench/report/output.h"
#include "bench/svg/axis.h"
#include "bench/svg/svg.h"

namespace wallet::bench {
namespace {

constexpr double kWidth = 960, kLeft = 130, kRight = 700;
constexpr double kTop = 84, kHeading = 26, kBar = 16, kStep = 21, kGap = 14, kFoot = 60;

double HeightOf(const Comparison& comparison) {
  return kHeading + kStep * static_cast<double>(comparison.entries.size()) + kGap;
}

const char* StyleOf(const Entry& entry) {
  if (entry.quoted) return "quoted";
  if (entry.system == "wallet") return "a";
  if (entry.system.starts_with("postgresql")) return "b";
  return entry.system == "redis" ? "c" : "d";
}

Axis RateAxis(const std::vector<Comparison>& comparisons) {
  double lowest = 1e9, highest = 1;
  for (const Comparison& comparison : comparisons) {
    for (const Entry& entry : comparison.entries) {
      lowest = std::min(lowest, entry.rate);
      highest = std::max(highest, entry.rate);
    }
  }
  // Bars begin at the axis' low end: the slowest still has one to see.
  return Axis::Logarithmic(std::max(1.0, std::min(lowest, highest) / 2), highest, kLeft, kRight);
}

std::string LabelOf(const Entry& entry) {
  std::string label = absl::StrCat(Grouped(entry.rate), "/s");
  if (entry.wallet_ratio) {
    absl::StrAppend(&label, absl::StrFormat(" · wallet is %.2f x", *entry.wallet_ratio));
  }
  if (entry.quoted) absl::StrAppend(&label, " *");
  return label;
}

void DrawEntry(Svg& svg, const Axis& x, const Entry& entry, double y) {
  const double end = x.At(entry.rate), middle = y + kBar / 2;
  svg.Text({kLeft - 8, middle + 4}, entry.name, Anchor::kEnd,
           entry.system == "wallet" ? "strong" : "label");
  svg.Rect({kLeft, y}, end - kLeft, kBar, StyleOf(entry), entry.how);
  if (entry.rounds > 1) {
    svg.Line({x.At(entry.lowest), middle}, {x.At(entry.highest), middle}, "spread");
  }
  svg.Text({std::max(end, x.At(entry.highest)) + 8, middle + 4}, LabelOf(entry), Anchor::kStart,
           entry.system == "wallet" ? "strong" : "label");
}

void DrawComparison(Svg& svg, const Axis& x, const Comparison& comparison, double y) {
  svg.Text({kLeft, y + kHeading - 9}, comparison.title, Anchor::kStart, "heading");
  y += kHeading;
  for (const Entry& entry : comparison.entries) {
    DrawEntry(svg, x, entry, y);
    y += kStep;
  }
}

void DrawTitles(Svg& svg, const Machine& machine, double height) {
  svg.Text({kLeft, 28}, "Operations a second, every write on disk first", Anchor::kStart, "title");
  svg.Text({kLeft, 48},
           absl::StrFormat("%u cores for server and load (%s), all measured in turn; medians, and "
                           "a line from the lowest to the highest round",
                           machine.cores, machine.cpu),
           Anchor::kStart, "small");
  svg.Text({kLeft, 64},
           "The axis is logarithmic: a bar twice as long is far more than twice the rate",
           Anchor::kStart, "small");
  svg.Text({(kLeft + kRight) / 2, height - kFoot + 36}, "operations per second (logarithmic)",
           Anchor::kMiddle, "label");
  svg.Text({kLeft, height - 8}, absl::StrCat("* ", kQuoted), Anchor::kStart, "small");
}

}  // namespace

std::string FormatChart(const std::vector<Comparison>& comparisons, const Machine& machine) {
  double height = kTop + kFoot;
  for (const Comparison& comparison : comparisons) height += HeightOf(comparison);
  Svg svg(kWidth, height);
  DrawTitles(svg, machine, height);
  const Axis x = RateAxis(comparisons);
  DrawHorizontalAxis(svg, x, kTop, height - kFoot);
  double y = kTop;
  for (const Comparison& comparison : comparisons) {
    DrawComparison(svg, x, comparison, y);
    y += HeightOf(comparison);
  }
  return svg.Finish();
}

}  // namespace wallet::bench
