// Measures what the index costs on this machine.
// usage: index_measure DIRECTORY [MILLIONS_OF_TRANSACTIONS_A_RUN [RUNS]]
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "engine/index/index.h"
#include "wal/base/hash.h"
#include "wal/base/huge_pages.h"

namespace wallet {
namespace {

constexpr Instant kBegin{1'760'000'000'000'000};

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

std::string KeyOf(uint64_t number) {
  std::string key = "charge-0000000000000";  // 20 bytes
  for (size_t at = key.size(); number > 0; number /= 10) {
    key[--at] = static_cast<char>('0' + number % 10);
  }
  return key;
}

// Charges of random users, every tenth of them to be released weeks later; rows as a shard has
// them, one behind the other in the order in which they came.
class Charges final : public IndexSource {
 public:
  Charges(uint64_t count, uint64_t users, uint64_t first, std::vector<int64_t>& last_ids)
      : count_(count), memory_(AllocateHuge(Rounded(count * kMostBytes))) {
    uint64_t at = 0;
    for (uint64_t i = first; i < first + count; ++i) {
      const uint64_t user = Mix64(i) % users;
      const std::string key = KeyOf(i);
      encoded_.clear();
      EncodeEvent(EventOf(i, user + 1, ++last_ids[user], key), kBegin, encoded_);
      Row& row = *reinterpret_cast<Row*>(memory_.get() + at);
      row.size = encoded_.size();
      encoded_.copy(row.bytes(), encoded_.size());
      at += (sizeof(Row) + encoded_.size() + 7) / 8 * 8;
    }
  }

  uint64_t rows() const override { return count_; }
  uint64_t moves() const override { return 0; }
  uint64_t ranks() const override { return 0; }
  void VisitRows(absl::FunctionRef<void(const IndexedRow&)> visit) const override {
    uint64_t at = 0;
    for (uint64_t i = 0; i < count_; ++i) {
      Row& row = RowAt(at);
      const EventOwner owner = DecodeOwner(row.view());
      visit({owner.user, owner.id, at});
      at += (sizeof(Row) + row.size + 7) / 8 * 8;
    }
  }
  void PrefetchRow(uint64_t handle) const override {
    __builtin_prefetch(&RowAt(handle));
    __builtin_prefetch(reinterpret_cast<const char*>(&RowAt(handle)) + 63);
  }
  IndexedTransaction LoadRow(uint64_t handle) const override {
    const int64_t total = 1'000'000 + static_cast<int64_t>(handle % 1'000);
    const int64_t unreleased = handle % 10 == 0 ? 10'000 : 0;
    return {.created = {RowAt(handle).view(), kBegin},
            .after = {.total = Amount(total),
                      .withdrawable = Amount(total - unreleased),
                      .unreleased = Amount(unreleased)}};
  }
  void VisitMoves(absl::FunctionRef<void(const IndexedMove&)>) const override {}
  void VisitRanks(absl::FunctionRef<void(const IndexedRank&)>) const override {}

 private:
  struct Row {
    uint64_t link;  // as large as a shard's
    uint64_t size;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    std::string_view view() { return {bytes(), size}; }
  };
  static constexpr size_t kMostBytes = 80;

  static size_t Rounded(size_t bytes) { return (bytes / kHugePageBytes + 1) * kHugePageBytes; }
  static Event EventOf(uint64_t i, uint64_t user, int64_t id, std::string_view key) {
    Event event;
    event.type = EventType::kCharged;
    event.user = UserId(static_cast<int64_t>(user));
    event.id = TransactionId(id);
    event.at = Instant(kBegin.value() + static_cast<int64_t>(i));
    event.currency = *Currency::Parse("USD");
    event.amount = Amount(static_cast<int64_t>(1 + Mix64(i + 1) % 10'000));
    event.key = key;
    if (i % 10 == 0) {
      event.release_at =
          Instant((1'762'000'000 + static_cast<int64_t>(i % 1'000'000)) * kMicrosPerSecond);
    }
    return event;
  }
  Row& RowAt(uint64_t handle) const { return *reinterpret_cast<Row*>(memory_.get() + handle); }

  const uint64_t count_;
  HugeMemory memory_;
  std::string encoded_;
};

uint64_t BytesOf(const RunView& view, FamilyId family) {
  uint64_t bytes = 0;
  for (const RunView::Run& run : view.runs(family)) bytes += run->summary().size_bytes;
  return bytes;
}

class Measurement {
 public:
  Measurement(const std::string& directory, uint64_t count, uint64_t runs)
      : count_(count), runs_(runs), users_(count / 4), last_ids_(users_) {
    Check(CreateIndex(PosixFileSystem(), directory, SystemRandom()));
    auto index = OpenIndex(PosixFileSystem(), directory, SystemRandom());
    Check(index.status());
    index_ = *std::move(index);
  }

  void Run() {
    for (uint64_t run = 0; run < runs_; ++run) {
      Write(run);
      if (run == 0 || run + 1 == runs_) Read();
    }
    Sizes();
    if (runs_ < 2) return;
    Compact(kTransactionRuns, "transactions");
    Compact(kKeyRuns, "keys");
    Sizes();
    Read();
  }

 private:
  void Write(uint64_t run) {
    const auto charges = std::make_shared<Charges>(count_, users_, run * count_, last_ids_);
    IndexWriter& writer = index_->writer();
    const Timer timer;
    Check(writer.Write({{charges}, Position((run + 1) * count_)}, [] { return false; }));
    written_ += count_;
    std::printf("write: %.0f ns a transaction, of CPU %.0f\n", timer.NanosPer(count_),
                timer.CpuNanosPer(count_));
  }

  void Sizes() const {
    const IndexReader reader = index_->reader();
    const auto each = [&](uint64_t bytes) {
      return static_cast<double>(bytes) / static_cast<double>(written_);
    };
    std::printf("bytes a transaction: rows %.1f, keys %.1f; of memory %.2f\n",
                each(BytesOf(reader.view(), kTransactionRuns)),
                each(BytesOf(reader.view(), kKeyRuns)), each(reader.view().memory_bytes()));
  }

  void Compact(FamilyId family, const char* name) {
    const Timer timer;
    Check(index_->runs().Compact(*index_->runs().WholeFamily(family), [] { return false; }));
    std::printf("%s: compaction %.0f ns an entry, of CPU %.0f\n", name, timer.NanosPer(written_),
                timer.CpuNanosPer(written_));
  }

  UserId AnyUser(uint64_t i) const {
    return UserId(static_cast<int64_t>(1 + Mix64(Mix64(i) % written_) % users_));
  }

  template <class Call>
  void Time(const char* what, uint64_t calls, Call call) {
    uint64_t found = 0;
    const Timer timer;
    for (uint64_t i = 0; i < calls; ++i) found += call(i);
    std::printf("  %s: %.0f ns, of CPU %.0f, %.2f found\n", what, timer.NanosPer(calls),
                timer.CpuNanosPer(calls), static_cast<double>(found) / static_cast<double>(calls));
  }

  void Read() {
    const IndexReader reader = index_->reader();
    std::printf("from %zu runs:\n", reader.view().runs(kTransactionRuns).size());
    constexpr uint64_t kCalls = 100'000;
    Time("find", kCalls, [&](uint64_t i) {
      const auto found = reader.Find(AnyUser(i), TransactionId(1));
      return found.ok() && *found ? 1 : 0;
    });
    Time("page of 10", kCalls, [&](uint64_t i) {
      const IdRange all{TransactionId(1), TransactionId(INT64_MAX)};
      return reader.Range(AnyUser(i), all, IdOrder::kNewestFirst, 10)->size();
    });
    Keys(reader, kCalls);
  }

  void Keys(const IndexReader& reader, uint64_t calls) {
    Time("key that is there", calls, [&](uint64_t i) {
      const uint64_t number = Mix64(i) % written_;
      const UserId user(static_cast<int64_t>(1 + Mix64(number) % users_));
      const std::string key = KeyOf(number);
      const auto found = reader.FindByKey(reader.KeyHash(user, key), user, key);
      return found.ok() && *found ? 1 : 0;
    });
    Time("key that is not, filter asked by the scan", calls, [&](uint64_t i) {
      const UserId user = AnyUser(i);
      const auto found = reader.FindByKey(reader.KeyHash(user, "no"), user, "no");
      return found.ok() && *found ? 1 : 0;
    });
    const auto hash = [](uint64_t i) { return Mix64(i + (uint64_t{1} << 60)); };
    constexpr uint64_t kBatch = 1'000;
    std::vector<uint64_t> hashes(kBatch);
    Time("1,000 x MayHaveKeys, never seen", 50 * calls / kBatch, [&](uint64_t i) {
      for (uint64_t k = 0; k < kBatch; ++k) hashes[k] = hash(i * kBatch + k);
      std::array<bool, kBatch> may{};
      reader.MayHaveKeys(hashes, may);
      return std::ranges::count(may, true);
    });
  }

  const uint64_t count_, runs_, users_;
  std::vector<int64_t> last_ids_;
  std::unique_ptr<Index> index_;
  uint64_t written_ = 0;
};

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) {
  if (argc < 2) {
    return std::fprintf(stderr, "usage: index_measure DIRECTORY [MILLIONS [RUNS]]\n"), 2;
  }
  const uint64_t millions = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4;
  const uint64_t runs = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 8;
  wallet::Measurement(argv[1], millions * 1'000'000, runs).Run();
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %.0f MB, the batch itself included\n",
              static_cast<double>(usage.ru_maxrss) / 1e3);
}
