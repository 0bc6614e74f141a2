#include "bench/wallet_bench/disk.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/number.h"
#include "wal/base/clock.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet::bench {
namespace {

double Milliseconds(const Histogram& latency_us, double fraction) {
  return static_cast<double>(latency_us.Percentile(fraction)) / 1e3;
}

absl::Status WriteFor(double seconds, const std::string& bytes, AppendFile& file,
                      DiskResult& result) {
  const int64_t begun_us = SystemClock().SteadyMicros();
  const int64_t end_us = begun_us + static_cast<int64_t>(seconds * 1e6);
  for (int64_t now_us = begun_us; now_us < end_us;) {
    if (absl::Status status = file.Append(bytes); !status.ok()) return status;
    if (absl::Status status = file.Sync(); !status.ok()) return status;
    const int64_t synced_us = SystemClock().SteadyMicros();
    result.latency_us.Add(synced_us - now_us);
    now_us = synced_us;
    result.seconds = static_cast<double>(now_us - begun_us) / 1e6;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DiskResult> MeasureDisk(const DiskOptions& options) {
  FileSystem& files = PosixFileSystem();
  const std::string path =
      absl::StrCat(options.directory, "/wallet-bench-disk-", absl::Hex(SystemRandom().Next()));
  auto file = files.OpenAppend(path);
  if (!file.ok()) return file.status();
  DiskResult result;
  const std::string bytes(static_cast<size_t>(options.bytes), 'w');
  absl::Status status = WriteFor(options.duration_s, bytes, **file, result);
  file->reset();
  status.Update(files.Remove(path));
  if (!status.ok()) return status;
  return result;
}

std::string FormatDiskTable(const DiskOptions& options, const DiskResult& result) {
  return absl::StrFormat(
      "workload     disk: write of %s bytes and fdatasync, one at a time, to a growing file in %s\n"
      "rate         %s/s\n"
      "latency      p50 %.3f ms, p99 %.3f ms, max %.3f ms\n",
      Grouped(static_cast<double>(options.bytes)), options.directory, Grouped(result.rate()),
      Milliseconds(result.latency_us, 0.5), Milliseconds(result.latency_us, 0.99),
      Milliseconds(result.latency_us, 1));
}

std::string FormatDiskJson(const DiskOptions& options, const DiskResult& result) {
  const boost::json::object object{{"workload", "disk"},
                                   {"bytes", options.bytes},
                                   {"seconds", result.seconds},
                                   {"rate_per_s", result.rate()},
                                   {"p50_ms", Milliseconds(result.latency_us, 0.5)},
                                   {"p99_ms", Milliseconds(result.latency_us, 0.99)},
                                   {"max_ms", Milliseconds(result.latency_us, 1)}};
  return boost::json::serialize(object);
}

}  // namespace wallet::bench
