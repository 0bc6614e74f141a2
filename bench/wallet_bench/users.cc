#include "bench/wallet_bench/users.h"

#include <algorithm>
#include <cmath>

namespace wallet::bench {
namespace {

// log(1 + x) / x and (exp(x) - 1) / x, also where x is near 0: there the exponent is near 1.
double LogOver(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x / 2; }
double ExpOver(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2; }

}  // namespace

// Rejection-inversion (W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from
// monotone discrete distributions", 1996): no table, the same time for any number of users.
Users::Users(int64_t count, double zipf_exponent) : count_(count), exponent_(zipf_exponent) {
  if (exponent_ == 0) return;
  first_area_ = Area(1.5) - 1;
  last_area_ = Area(static_cast<double>(count) + 0.5);
  sure_ = 2 - AreaInverse(Area(2.5) - Height(2));
}

double Users::Height(double x) const { return std::exp(-exponent_ * std::log(x)); }

// The integral of Height, and its inverse.
double Users::Area(double x) const {
  const double log = std::log(x);
  return ExpOver((1 - exponent_) * log) * log;
}
double Users::AreaInverse(double area) const {
  return std::exp(LogOver(std::max(-1.0, area * (1 - exponent_))) * area);
}

int64_t Users::DrawZipf(Draws& draws) const {
  while (true) {
    const double area = last_area_ + draws.Fraction() * (first_area_ - last_area_);
    const double x = AreaInverse(area);
    const double user = std::clamp(std::floor(x + 0.5), 1.0, static_cast<double>(count_));
    if (user - x <= sure_ || area >= Area(user + 0.5) - Height(user)) {
      return static_cast<int64_t>(user);
    }
  }
}

}  // namespace wallet::bench
