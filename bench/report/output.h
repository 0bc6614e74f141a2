// The comparison for people, programs and eyes.
#pragma once

#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/report/rows.h"
#include "bench/report/summary.h"

namespace wallet::bench {

// What is said of every quoted figure.
inline constexpr const char* kQuoted = "measured earlier, not in this run";

std::string FormatTable(const std::vector<Comparison>& comparisons, const Machine& machine);
// With every single round.
std::string FormatJson(const std::vector<Comparison>& comparisons, const std::vector<Row>& measured,
                       const Machine& machine);
// An SVG document.
std::string FormatChart(const std::vector<Comparison>& comparisons, const Machine& machine);

}  // namespace wallet::bench
