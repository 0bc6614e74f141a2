// Measures what copying a log into its archive and reading it there cost on this machine.
// usage: archive_measure DIRECTORY [MILLIONS_OF_EVENTS]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_clock.h"
#include "tests/support/manual_executor.h"
#include "wal/archive/archive_reader.h"
#include "wal/archive/archive_writer.h"
#include "wal/archive/read_history.h"
#include "wal/base/coding.h"
#include "wal/record.h"
#include "wal/rocks_log.h"

namespace wallet {
namespace {

// What callers send as idempotency keys decides how far the archive can be compressed.
enum class Keys : uint8_t { kUuid, kNumbered };

struct Workload {
  const char* name;
  Keys keys;
  uint32_t events_per_record;
};
constexpr Workload kWorkloads[] = {{"UUID keys, 1000 a record", Keys::kUuid, 1000},
                                   {"UUID keys, 5 a record", Keys::kUuid, 5},
                                   {"numbered keys, 1000 a record", Keys::kNumbered, 1000}};

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

double SecondsOf(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Of one thread: the work measured here is done on one.
class Timer {
 public:
  double Seconds() const { return SecondsOf(CLOCK_MONOTONIC) - start_; }
  double CpuNanosPer(uint64_t count) const {
    return 1e9 * (SecondsOf(CLOCK_THREAD_CPUTIME_ID) - cpu_start_) / static_cast<double>(count);
  }

 private:
  const double start_ = SecondsOf(CLOCK_MONOTONIC);
  const double cpu_start_ = SecondsOf(CLOCK_THREAD_CPUTIME_ID);
};

std::string KeyOf(Keys keys, uint64_t number) {
  if (keys == Keys::kNumbered) return absl::StrCat("order-", 20'000'000 + number, "-charge");
  const auto hex = [](uint64_t value) { return absl::StrCat(absl::Hex(value, absl::kZeroPad16)); };
  const std::string high = hex(Mix64(2 * number)), low = hex(Mix64(2 * number + 1));
  return absl::StrCat(high.substr(0, 8), "-", high.substr(8, 4), "-4", high.substr(13), "-a",
                      low.substr(1, 3), "-", low.substr(4));
}

// The bytes of a charge of one of a million users, some busier, as engine/ledger/EVENTS.md has
// them.
void AddCharge(Keys keys, uint64_t number, std::string& payload) {
  const uint64_t random = Mix64(number ^ 0x5eed);
  payload += '\x01';
  PutVarint(payload, 1 + ((random & 0xfffff) * (random >> 44)) / 0x100000);
  PutVarint(payload, 1 + number / 1'000'000);
  PutVarint(payload, random % 3000);
  payload += "USD";
  PutVarint(payload, random % 2 == 0 ? 999 : 100 + random % 100'000);
  PutBytes(payload, KeyOf(keys, number));
}

void Fill(Log& log, const Workload& workload, uint64_t events) {
  std::string payload;
  for (uint64_t number = 0; number < events;) {
    payload.clear();
    for (uint32_t i = 0; i < workload.events_per_record; ++i) {
      AddCharge(workload.keys, number++, payload);
    }
    const std::string_view parts[] = {payload};
    log.Append(log.end(), workload.events_per_record, parts,
               [](const absl::Status& status) { Check(status); });
  }
}

void MeasureCopy(Log& log, const std::string& directory, int level) {
  auto& files = PosixFileSystem();
  auto writer =
      *ArchiveWriter::Open(files, directory, GenesisHash("seed"), {.compression_level = level});
  const Timer copy;
  Check(writer->CopyUpTo(log, log.end(), [] { return false; }));
  const uint64_t events = log.end().value();
  const double copy_cpu = copy.CpuNanosPer(events), copy_seconds = copy.Seconds();

  const auto reader = *ArchiveReader::Open(files, directory);
  uint64_t plain = 0, stored = 0;
  for (const ArchivedSegment& segment : reader->segments()) {
    plain += segment.footer.record_bytes;
    stored += segment.file_bytes;
  }
  const double megabytes = static_cast<double>(plain) / 1e6;
  const Timer read;
  Check(reader->Read(Position(0), [](const RecordView&) { return absl::OkStatus(); }));
  std::printf(
      "  level %d: %5.1f of %5.1f bytes an event (%3.0f %%), copy %4.0f MB/s (%3.0f ns of CPU "
      "an event), read %4.0f MB/s (%2.0f ns)\n",
      level, static_cast<double>(stored) / static_cast<double>(events),
      static_cast<double>(plain) / static_cast<double>(events),
      100.0 * static_cast<double>(stored) / static_cast<double>(plain), megabytes / copy_seconds,
      copy_cpu, megabytes / read.Seconds(), read.CpuNanosPer(events));
}

void Measure(const std::string& directory, const Workload& workload, uint64_t events) {
  auto& files = PosixFileSystem();
  FakeClock clock;
  ManualScheduler scheduler(clock);
  const auto executor = scheduler.MakeExecutor();
  Check(files.CreateDirectory(directory));
  const RocksLogOptions options{
      .directory = directory + "/log", .mark = directory + "/MARK", .chain_seed = "seed"};
  Check(RocksLog::Create(files, options));
  const auto log = *RocksLog::Open(files, options, *executor);
  Fill(*log, workload, events);
  const Timer timer;
  Check(log->Read(Position(0), [](const RecordView&) { return absl::OkStatus(); }));
  std::printf("%s: the log alone is read in %.0f ns of CPU an event\n", workload.name,
              timer.CpuNanosPer(events));
  for (const int level : {0, 1, 3}) {
    const std::string archive = absl::StrCat(directory, "/level", level);
    MeasureCopy(*log, archive, level);
    Check(files.RemoveTree(archive));
  }
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: archive_measure DIRECTORY [MILLIONS]\n"), 2;
  const uint64_t events = (argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4) * 1'000'000;
  const std::string directory = argv[1];
  wallet::Check(wallet::PosixFileSystem().CreateDirectory(directory));
  for (const auto& workload : wallet::kWorkloads) {
    // A record of a few events costs a sync each: fewer of them.
    const uint64_t many = workload.events_per_record < 100 ? events / 20 : events;
    const std::string place = absl::StrCat(directory, "/", &workload - wallet::kWorkloads);
    wallet::Measure(place, workload, many);
    wallet::Check(wallet::PosixFileSystem().RemoveTree(place));
  }
  return 0;
}
