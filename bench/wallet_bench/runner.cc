#include "bench/wallet_bench/runner.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "wal/base/clock.h"
#include "wal/base/hash.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

// Runs on the client's thread once started; only `Wait` is called from outside.
class ChargeRun {
 public:
  ChargeRun(client::Client& wallet, const BenchOptions& options)
      : wallet_(wallet), options_(options), run_id_(SystemRandom().Next()) {}

  BenchResult Run() {
    const int64_t begun_us = SystemClock().SteadyMicros();
    for (int64_t i = 0; i < options_.in_flight; ++i) Next();
    Wait(begun_us);
    result_.seconds = static_cast<double>(SystemClock().SteadyMicros() - begun_us) / 1e6;
    return std::move(result_);
  }

 private:
  // One caller's next batch; the caller ends when there is nothing left.
  void Next() {
    const int64_t first = sent_.fetch_add(options_.batch);
    if (first >= options_.transactions) return;
    const int64_t count = std::min(options_.batch, options_.transactions - first);
    const int64_t start_us = SystemClock().SteadyMicros();
    if (options_.batch == 1) {
      return wallet_.Do(MakeCharge(first), [this, start_us](client::WriteAnswer answer) {
        Count(answer);
        Answered(1, start_us);
      });
    }
    std::vector<client::Charge> charges;
    charges.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) charges.push_back(MakeCharge(first + i));
    wallet_.DoAll(std::move(charges), [this, count, start_us](auto answers) {
      for (const client::WriteAnswer& answer : answers) Count(answer);
      Answered(count, start_us);
    });
  }

  client::Charge MakeCharge(int64_t number) const {
    char key[24];  // 20 characters: 8 of the run, 12 of the number
    std::snprintf(key, sizeof(key), "%08x%012llx", static_cast<unsigned>(run_id_),
                  static_cast<unsigned long long>(number));
    const uint64_t random = Mix64(run_id_ + static_cast<uint64_t>(number));
    return {.user_id = 1 + static_cast<int64_t>(random % static_cast<uint64_t>(options_.users)),
            .amount = 1 + static_cast<int64_t>(random >> 40) % 10'000,
            .idempotency_key = key};
  }

  void Count(const client::WriteAnswer& answer) {
    if (answer.ok()) {
      ++result_.accepted;
    } else {
      ++result_.refused[client::ToString(answer.code)];
    }
  }

  void Answered(int64_t count, int64_t start_us) {
    result_.latency_us.Add(SystemClock().SteadyMicros() - start_us);
    const int64_t answered = answered_.fetch_add(count) + count;
    Next();
    if (answered < options_.transactions) return;
    std::lock_guard lock(mutex_);
    done_ = true;
    wake_.notify_one();
  }

  void Wait(int64_t begun_us) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(500), [this] { return done_; })) {
      if (!terminal) continue;
      const double seconds = static_cast<double>(SystemClock().SteadyMicros() - begun_us) / 1e6;
      const double answered = static_cast<double>(answered_.load());
      std::fprintf(stderr, "\r%5.1f %%  %9.0f/s ",
                   100 * answered / static_cast<double>(options_.transactions), answered / seconds);
    }
    if (terminal) std::fprintf(stderr, "\r%40s\r", "");
  }

  client::Client& wallet_;
  const BenchOptions& options_;
  const uint64_t run_id_;
  std::atomic<int64_t> sent_{0};
  std::atomic<int64_t> answered_{0};
  BenchResult result_;  // on the client's thread until done
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
};

}  // namespace

BenchResult RunCharges(client::Client& wallet, const BenchOptions& options) {
  return ChargeRun(wallet, options).Run();
}

}  // namespace wallet
