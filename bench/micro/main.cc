// wallet-micro: what each step of an operation costs by itself.
#include <cstdlib>

#include "bench/micro/micro.h"

namespace wallet::bench {

void Configure(benchmark::internal::Benchmark* each) {
  if (const char* iterations = std::getenv("WALLET_MICRO_ITERATIONS")) {
    each->Iterations(std::atoll(iterations));
  }
}

}  // namespace wallet::bench

BENCHMARK_MAIN();
