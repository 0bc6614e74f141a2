// Keeping transactions and keys, and finding them again.
#include "bench/micro/micro.h"
#include "engine/history.h"

namespace wallet::bench {
namespace {

constexpr int64_t kUsers = 10'000;

class Bench {
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
    history.Create(event, {bytes_, Instant(0)}, history.KeyHash(user, key));
    ++count_;
  }
  explicit Bench(int64_t transactions) {
    while (count_ < transactions) Add();
  }

  History history{1};

 private:
  int64_t count_ = 0;
  std::string bytes_;
};

void EncodeAndKeepTransaction(benchmark::State& state) {
  Bench bench(0);
  for (auto _ : state) bench.Add();
}

void FindKeyNeverSeen(benchmark::State& state) {
  Bench bench(1'000'000);
  int64_t n = 0;
  for (auto _ : state) {
    const UserId user = NthUser(n++, kUsers);
    const uint64_t hash = bench.history.KeyHash(user, "never seen before");
    benchmark::DoNotOptimize(bench.history.FindByKey(user, "never seen before", hash));
  }
}

void PageOfTenOldOnes(benchmark::State& state) {
  Bench bench(1'000'000);
  int64_t n = 0;
  for (auto _ : state) {
    const ListTransactions list{.user = NthUser(n++, kUsers), .page = 5, .limit = 10};
    benchmark::DoNotOptimize(bench.history.FindAll(list.user, bench.history.Select(list).ids));
  }
}

WALLET_MICRO(EncodeAndKeepTransaction);
WALLET_MICRO(FindKeyNeverSeen);
WALLET_MICRO(PageOfTenOldOnes);

}  // namespace
}  // namespace wallet::bench
