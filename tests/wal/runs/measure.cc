// Measures what writing, reading, merging and asking cost on this machine.
// usage: runs_measure DIRECTORY [MILLIONS_OF_ENTRIES]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "wal/base/hash.h"
#include "wal/base/random.h"
#include "wal/runs/run_set.h"

namespace wallet {
namespace {

constexpr FamilyId kRows{0}, kKeys{1};
constexpr uint64_t kRunsPerFamily = 4;

double NanosOf(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

class Timer {
 public:
  double NanosPer(uint64_t count) const {
    return (NanosOf(CLOCK_MONOTONIC) - start_) / static_cast<double>(count);
  }
  double CpuNanosPer(uint64_t count) const {
    return (NanosOf(CLOCK_THREAD_CPUTIME_ID) - cpu_start_) / static_cast<double>(count);
  }

 private:
  const double start_ = NanosOf(CLOCK_MONOTONIC);
  const double cpu_start_ = NanosOf(CLOCK_THREAD_CPUTIME_ID);
};

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

// Rows of 30 bytes in all, of random users, some entries a user in each run.
std::vector<RunKey> RowKeys(uint64_t count, uint64_t run) {
  std::vector<RunKey> keys;
  for (uint64_t i = 0; i < count; ++i) {
    keys.push_back({1 + Mix64(run * count + i) % (count / 4), 2 * (run * count + i)});
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::vector<RunKey> KeyKeys(uint64_t count, uint64_t run) {
  std::vector<RunKey> keys;
  for (uint64_t i = 0; i < count; ++i) {
    keys.push_back({Mix64((run << 40) + i), 1 + Mix64(i) % count});
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void WriteRuns(RunSet& set, FamilyId family, uint64_t count, const char* name,
               std::vector<RunKey> (*make)(uint64_t, uint64_t), std::string_view value) {
  double added = 0, finished = 0, cpu = 0;
  for (uint64_t run = 0; run < kRunsPerFamily; ++run) {
    const std::vector<RunKey> keys = make(count, run);
    const Timer timer;
    std::vector<std::unique_ptr<RunWriter>> writers;
    writers.push_back(*set.NewRun(family, count));
    for (const RunKey& key : keys) Check(writers[0]->Add(key, value));
    added += timer.NanosPer(count) / kRunsPerFamily;
    Check(writers[0]->Finish());
    Check(set.Commit(std::move(writers), set.view()->position(), ""));
    finished += timer.NanosPer(count) / kRunsPerFamily;
    cpu += timer.CpuNanosPer(count) / kRunsPerFamily;
  }
  const auto view = set.view();
  uint64_t bytes = 0;
  for (const RunView::Run& run : view->runs(family)) bytes += run->summary().size_bytes;
  std::printf("%s: write %.1f ns an entry; with finish and commit %.1f, of CPU %.1f; %.2f bytes\n",
              name, added, finished, cpu,
              static_cast<double>(bytes) / static_cast<double>(4 * count));
}

void Scan(const RunSet& set, FamilyId family, const char* name) {
  const auto view = set.view();
  const RunReader& run = *view->runs(family)[0];
  for (const bool back : {false, true}) {
    uint64_t sum = 0;
    const auto visit = [&](const RunEntry& entry) {
      sum += entry.key.order + entry.value.size();
      return true;
    };
    const Timer timer;
    Check(back ? run.ScanBack(kFirstRunKey, kLastRunKey, visit)
               : run.Scan(kFirstRunKey, kLastRunKey, visit));
    std::printf("%s: scan %s %.1f ns an entry (%llx)\n", name, back ? "back" : "forward",
                timer.NanosPer(run.summary().entries), static_cast<unsigned long long>(sum & 0xff));
  }
}

void MergeOnly(const RunSet& set, FamilyId family, const char* name) {
  const auto view = set.view();
  std::vector<RunCursor> inputs;
  for (const RunView::Run& run : view->runs(family)) {
    Check(inputs.emplace_back(*run, kRunReadAheadBytes).SeekFirst(kFirstRunKey));
  }
  const Timer timer;
  const RunCombine newest_wins;
  RunMerge merge(std::move(inputs), RunMerge::Direction::kForward, newest_wins);
  uint64_t entries = 0;
  for (Check(merge.Next()); merge.valid(); Check(merge.Next())) ++entries;
  std::printf("%s: merge of %zu, reading only, %.1f ns an entry\n", name, view->runs(family).size(),
              timer.NanosPer(entries));
}

void Compact(RunSet& set, FamilyId family, const char* name) {
  const Timer timer;
  Check(set.Compact(*set.WholeFamily(family), [] { return false; }));
  const auto view = set.view();
  const RunSummary& run = view->runs(family)[0]->summary();
  const double wall = timer.NanosPer(run.entries), cpu = timer.CpuNanosPer(run.entries);
  std::printf("%s: compaction %.1f ns an entry, of CPU %.1f; %.2f bytes\n", name, wall, cpu,
              static_cast<double>(run.size_bytes) / static_cast<double>(run.entries));
}

void Pages(const RunSet& set, uint64_t count) {
  const auto view = set.view();
  constexpr uint64_t kPages = 100'000;
  uint64_t rows = 0;
  const Timer timer;
  for (uint64_t i = 0; i < kPages; ++i) {
    const uint64_t user = 1 + Mix64(i) % (count / 4);
    uint64_t left = 10;
    Check(view->ScanBack(kRows, FirstOfGroup(user), LastOfGroup(user),
                         [&](const RunEntry&) { return ++rows, --left > 0; }));
  }
  std::printf("rows: a page of 10 from %zu runs, cached, %.2f us, %.1f rows\n",
              view->runs(kRows).size(), timer.NanosPer(kPages) / 1000,
              static_cast<double>(rows) / kPages);
}

void Filter(const RunSet& set) {
  const auto view = set.view();
  constexpr uint64_t kQuestions = 10'000'000, kBatch = 1'000;
  uint64_t yes = 0;
  const auto group = [](uint64_t i) { return Mix64(i + (uint64_t{1} << 60)); };
  const Timer timer;
  std::vector<uint64_t> groups(kBatch);
  for (uint64_t i = 0; i < kQuestions; i += kBatch) {
    for (uint64_t k = 0; k < kBatch; ++k) groups[k] = group(i + k);
    std::array<bool, kBatch> may{};
    view->MayContain(kKeys, groups, may);
    yes += static_cast<uint64_t>(std::ranges::count(may, true));
  }
  std::printf("keys: never seen, %zu filters of %.1f MB in all: %.1f ns; %llu of %llu false yes\n",
              view->runs(kKeys).size(), static_cast<double>(view->memory_bytes()) / 1e6,
              timer.NanosPer(kQuestions), static_cast<unsigned long long>(yes),
              static_cast<unsigned long long>(kQuestions));
}

int Measure(const std::string& directory, uint64_t count) {
  RunSetOptions options;
  options.directory = directory;
  options.families = {{"rows"}, {"keys", true}};
  Check(RunSet::Create(PosixFileSystem(), directory));
  auto set = *RunSet::Open(PosixFileSystem(), SystemRandom(), options);
  const std::string value(26, 'v');
  WriteRuns(*set, kRows, count, "rows", RowKeys, value);
  WriteRuns(*set, kKeys, count, "keys", KeyKeys, "");
  for (const bool compacted : {false, true}) {
    Scan(*set, kRows, "rows");
    Scan(*set, kKeys, "keys");
    Pages(*set, count);
    Filter(*set);
    if (compacted) break;
    MergeOnly(*set, kRows, "rows");
    MergeOnly(*set, kKeys, "keys");
    Compact(*set, kRows, "rows");
    Compact(*set, kKeys, "keys");
  }
  const Timer timer;
  Check(set->view()->Verify([](uint64_t, uint64_t) { return true; }));
  std::printf("verify %.2f ns a byte\n", timer.NanosPer(set->view()->file_bytes()));
  return 0;
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: runs_measure DIRECTORY [MILLIONS]\n"), 2;
  const uint64_t millions = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4;
  return wallet::Measure(argv[1], millions * 1'000'000);
}
