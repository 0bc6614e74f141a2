#include "bench/svg/axis.h"

#include <algorithm>
#include <cmath>

#include "bench/number.h"

namespace wallet::bench {
namespace {

constexpr double kWantedTicks = 5;

// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
double RoundStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

Axis Axis::Linear(double high, double at_low, double at_high) {
  if (!(high > 0)) high = 1;
  const double step = RoundStep(high / kWantedTicks);
  return Exact(std::ceil(high / step - 1e-9) * step, at_low, at_high);
}

Axis Axis::Exact(double high, double at_low, double at_high) {
  if (!(high > 0)) high = 1;
  Axis axis(false, 0, high, at_low, at_high);
  const double step = RoundStep(high / kWantedTicks);
  for (double i = 0; i * step <= high * (1 + 1e-9); ++i) axis.ticks_.push_back(i * step);
  return axis;
}

Axis Axis::Logarithmic(double low, double high, double at_low, double at_high) {
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::max(first + 1, std::ceil(std::log10(high) - 1e-9));
  Axis axis(true, std::pow(10, first), std::pow(10, last), at_low, at_high);
  for (double power = first; power <= last; ++power) axis.ticks_.push_back(std::pow(10, power));
  return axis;
}

double Axis::At(double value) const {
  value = std::clamp(value, low_, high_);
  const double share = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_)
                                    : (value - low_) / (high_ - low_);
  return at_low_ + share * (at_high_ - at_low_);
}

void DrawVerticalAxis(Svg& svg, const Axis& axis, double from, double to) {
  for (const double tick : axis.ticks()) {
    const double y = axis.At(tick);
    svg.Line({from, y}, {to, y}, "grid");
    svg.Text({from - 6, y + 4}, Short(tick), Anchor::kEnd, "label");
  }
}

void DrawHorizontalAxis(Svg& svg, const Axis& axis, double from, double to) {
  for (const double tick : axis.ticks()) {
    const double x = axis.At(tick);
    svg.Line({x, from}, {x, to}, "grid");
    svg.Text({x, std::max(from, to) + 16}, Short(tick), Anchor::kMiddle, "label");
  }
}

}  // namespace wallet::bench
