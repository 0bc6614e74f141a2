// Keeping transactions and keys, and finding them again.
#include "bench/micro/micro.h"
#include "engine/history.h"

namespace wallet::bench {
namespace {

constexpr int64_t kUsers = 10'000;

class HistoryBench {
 public:
  void Add() {
    const UserId user(1 + count_ % kUsers);
    const std::string key = NthKey(count_);
    Event event;
    event.type = EventType::kCharged;
    event.user = user;
    event.id = TransactionId(1 + count_ / kUsers);
    event.at = Instant(count_);
    event.currency = Usd();
    event.amount = Amount(500);
    event.key = key;
    bytes_.clear();
    EncodeEvent(event, Instant(0), bytes_);
    const Balance after{Amount(1'000'000), Amount(1'000'000), Amount(0), Amount(0)};
    history.Create(event, {bytes_, Instant(0)}, after, history.KeyHash(user, key), false);
    ++count_;
  }
  explicit HistoryBench(int64_t transactions) {
    while (count_ < transactions) Add();
  }

  UserSummary SummaryOf(int64_t transactions) const {
    return {.last = TransactionId(transactions / kUsers), .currencies = 1, .first_currency = Usd()};
  }

  History history{KeyHasher({1, 2})};

 private:
  int64_t count_ = 0;
  std::string bytes_;
};

void EncodeAndKeepTransaction(benchmark::State& state) {
  HistoryBench bench(0);
  for (auto _ : state) bench.Add();
}

// The tables of transactions and keys grow all the time.
void KeepFiveMillionTransactions(benchmark::State& state) {
  ReadyMemory memory;
  HistoryBench bench(0);
  bench.history.UseReserve(memory.reserve);
  ReportLongestBatch(state, [&](int64_t) { bench.Add(); });
}

void FindKeyNeverSeen(benchmark::State& state) {
  HistoryBench bench(1'000'000);
  int64_t n = 0;
  for (auto _ : state) {
    const UserId user = NthUser(n++, kUsers);
    const uint64_t hash = bench.history.KeyHash(user, "never seen before");
    Disk disk;
    benchmark::DoNotOptimize(bench.history.FindByKey(user, "never seen before", hash, disk));
  }
}

void PageOfTenOldOnes(benchmark::State& state) {
  HistoryBench bench(1'000'000);
  int64_t n = 0;
  for (auto _ : state) {
    const ListTransactions list{.user = NthUser(n++, kUsers), .page = 5, .limit = 10};
    Disk disk;
    const UserSummary summary = bench.SummaryOf(1'000'000);
    const auto ids = bench.history.Select(list, summary, disk).ids;
    std::vector<Transaction> page(ids.size());
    bench.history.FindAll(
        list.user, ids, list.with_balances, disk,
        [&](size_t place, const PastTransaction& found) { page[place] = found.transaction; });
    benchmark::DoNotOptimize(page.data());
  }
}

WALLET_MICRO(EncodeAndKeepTransaction);
BENCHMARK(KeepFiveMillionTransactions)->Iterations(5'000'000)->Apply(Configure);
WALLET_MICRO(FindKeyNeverSeen);
WALLET_MICRO(PageOfTenOldOnes);

}  // namespace
}  // namespace wallet::bench
