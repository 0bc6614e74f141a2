// Axes: where a value lies, and which values are marked.
#pragma once

#include <vector>

#include "bench/svg/svg.h"

namespace wallet::bench {

// Maps values [low, high] to pixels [at_low, at_high], evenly or by their logarithms.
class Axis {
 public:
  // From 0 to a round number at or above `high`, which is > 0 or taken for 1.
  static Axis Linear(double high, double at_low, double at_high);
  // The same, but ends at `high` itself, between two ticks if need be.
  static Axis Exact(double high, double at_low, double at_high);
  // From a power of ten at or below `low` (> 0) to one at or above `high`.
  static Axis Logarithmic(double low, double high, double at_low, double at_high);

  double high() const { return high_; }
  // Values outside are drawn at the ends.
  double At(double value) const;
  // Ascending round numbers that are worth a label.
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  Axis(bool logarithmic, double low, double high, double at_low, double at_high)
      : logarithmic_(logarithmic), low_(low), high_(high), at_low_(at_low), at_high_(at_high) {}

  bool logarithmic_;
  double low_, high_;
  double at_low_, at_high_;
  std::vector<double> ticks_;
};

// The lines of a panel's grid across [from, to], with the ticks' labels beside or below it.
void DrawVerticalAxis(Svg& svg, const Axis& axis, double from, double to);
void DrawHorizontalAxis(Svg& svg, const Axis& axis, double from, double to);

}  // namespace wallet::bench
