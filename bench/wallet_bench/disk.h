// What the disk alone can do: a small write and fdatasync at a time, to a file that grows.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "bench/histogram.h"
#include "bench/wallet_bench/options.h"

namespace wallet::bench {

struct DiskResult {
  double seconds = 0;
  Histogram latency_us;  // of a write and its fdatasync

  double rate() const {
    return seconds > 0 ? static_cast<double>(latency_us.total()) / seconds : 0;
  }
};

// Makes a file of its own in the directory, and removes it.
absl::StatusOr<DiskResult> MeasureDisk(const DiskOptions& options);

std::string FormatDiskTable(const DiskOptions& options, const DiskResult& result);
std::string FormatDiskJson(const DiskOptions& options, const DiskResult& result);

}  // namespace wallet::bench
