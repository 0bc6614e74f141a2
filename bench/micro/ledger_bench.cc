// The ledger alone: one core, no I/O.
#include <vector>

#include "bench/micro/micro.h"

namespace wallet::bench {
namespace {

class LedgerBench {
 public:
  // Users 1 … users have money.
  explicit LedgerBench(int64_t users) {
    for (int64_t user = 1; user <= users; ++user) Do(ChargeOf(UserId(user)));
  }

  static Charge ChargeOf(UserId user) {
    return {.user = user, .currency = Usd(), .amount = Amount(500), .key = "01234567890123456789"};
  }
  template <class Command>
  Outcome Do(const Command& command) {
    const auto place = [] { return true; };
    const Context context{.now = now, .epoch = Epoch(1), .reserve_place = place};
    return ledger.Execute(command, context).outcome;
  }
  // As a shard does before it runs a batch.
  void Prefetch(const std::vector<UserId>& users) {
    for (const UserId user : users) ledger.PrefetchIndex(user);
    for (const UserId user : users) ledger.PrefetchUser(user);
  }

  Ledger ledger;
  Instant now{1'000'000};
};

void ExecuteCharge(benchmark::State& state, int64_t users) {
  LedgerBench bench(users);
  std::vector<UserId> batch;
  int64_t n = 0;
  for (auto _ : state) {
    if (n % kBatch == 0) {
      batch.clear();
      for (int64_t i = 0; i < kBatch; ++i) batch.push_back(NthUser(n + i, users));
      bench.Prefetch(batch);
    }
    benchmark::DoNotOptimize(bench.Do(LedgerBench::ChargeOf(batch[n++ % kBatch])));
  }
}

void ExecuteCharge100Users(benchmark::State& state) { ExecuteCharge(state, 100); }
void ExecuteCharge100KUsers(benchmark::State& state) { ExecuteCharge(state, 100'000); }
void ExecuteCharge1MUsers(benchmark::State& state) { ExecuteCharge(state, 1'000'000); }

// All tables of the ledger grow all the time, up to a shard's part of ten million accounts; every
// tenth charge is released later.
void ExecuteChargeOfNewUsers(benchmark::State& state) {
  ReadyMemory memory;
  LedgerBench bench(0);
  bench.ledger.UseReserve(memory.reserve);
  ReportLongestBatch(state, [&](int64_t n) {
    Charge charge = LedgerBench::ChargeOf(UserId(1 + n));
    if (n % 10 == 0) charge.release_at = Instant(bench.now.value() + 1 + n);
    benchmark::DoNotOptimize(bench.Do(charge));
  });
}

// Released within 3 hours, all of one user.
void ExecuteChargeWithReleaseHotUser(benchmark::State& state) {
  LedgerBench bench(1);
  int64_t n = 0;
  for (auto _ : state) {
    Charge charge = LedgerBench::ChargeOf(UserId(1));
    charge.release_at = Instant(bench.now.value() + 1 + Mix64(n++) % (3 * 3'600 * 1'000'000ull));
    benchmark::DoNotOptimize(bench.Do(charge));
  }
}

void BalanceOf100KUsers(benchmark::State& state) {
  constexpr int64_t kUsers = 100'000;
  LedgerBench bench(kUsers);
  int64_t n = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.ledger.BalanceOf(NthUser(n++, kUsers), Usd(), bench.now));
  }
}

WALLET_MICRO(ExecuteCharge100Users);
WALLET_MICRO(ExecuteCharge100KUsers);
WALLET_MICRO(ExecuteCharge1MUsers);
BENCHMARK(ExecuteChargeOfNewUsers)->Iterations(5'000'000)->Apply(Configure);
WALLET_MICRO(ExecuteChargeWithReleaseHotUser);
WALLET_MICRO(BalanceOf100KUsers);

}  // namespace
}  // namespace wallet::bench
