// A run as a picture: throughput over time, and latency by percentile.
#pragma once

#include <string>

#include "bench/wallet_bench/report.h"

namespace wallet::bench {

// An SVG document.
std::string Plot(const Report& report);

}  // namespace wallet::bench
