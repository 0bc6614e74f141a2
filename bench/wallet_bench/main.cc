// wallet-bench: measures a running server over the binary protocol.
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "bench/wallet_bench/options.h"
#include "bench/wallet_bench/runner.h"
#include "net/client/client.h"

namespace wallet {
namespace {

namespace json = boost::json;

constexpr int kDone = 0, kRefused = 1, kUsage = 2, kUnreachable = 3;

#ifdef NDEBUG
constexpr bool kRelease = true;
#else
constexpr bool kRelease = false;
#endif

double Milliseconds(const Histogram& latency_us, double fraction) {
  return static_cast<double>(latency_us.Percentile(fraction)) / 1e3;
}

void PrintTable(const BenchOptions& options, const BenchResult& result) {
  std::printf("charges accepted   %lld in %.2f s\n", static_cast<long long>(result.accepted),
              result.seconds);
  std::printf("rate               %.0f/s\n", result.rate());
  std::printf("latency            p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms (of a %s)\n",
              Milliseconds(result.latency_us, 0.5), Milliseconds(result.latency_us, 0.99),
              Milliseconds(result.latency_us, 0.999), options.batch == 1 ? "single call" : "batch");
  for (const auto& [code, count] : result.refused) {
    std::printf("refused            %lld %s\n", static_cast<long long>(count), code.c_str());
  }
}

void PrintJson(const BenchOptions& options, const client::HealthAnswer& health,
               const BenchResult& result) {
  json::object refused;
  for (const auto& [code, count] : result.refused) refused[code] = count;
  const json::object report{{"workload", "charge"},
                            {"transactions", options.transactions},
                            {"users", options.users},
                            {"batch", options.batch},
                            {"connections", options.connections},
                            {"in_flight", options.in_flight},
                            {"accepted", result.accepted},
                            {"refused", std::move(refused)},
                            {"seconds", result.seconds},
                            {"rate_per_s", result.rate()},
                            {"p50_ms", Milliseconds(result.latency_us, 0.5)},
                            {"p99_ms", Milliseconds(result.latency_us, 0.99)},
                            {"p999_ms", Milliseconds(result.latency_us, 0.999)},
                            {"cores", std::thread::hardware_concurrency()},
                            {"release_build", kRelease},
                            {"server_version", health.version}};
  std::printf("%s\n", json::serialize(report).c_str());
}

int Run(const BenchOptions& options) {
  const auto wallet = client::Client::Create(
      {.address = options.connect,
       .connections = options.connections,
       .timeout = std::chrono::seconds(60),
       .retry = false,
       .max_batch = static_cast<int>(std::max<int64_t>(options.batch, 1'000)),
       .max_in_flight = 256});
  const auto health = wallet->GetHealth();
  if (!health.ok()) {
    std::fprintf(stderr, "wallet-bench: %s\n", health.message.c_str());
    return kUnreachable;
  }
  if (health.bank != "sim") {
    std::fprintf(
        stderr,
        "wallet-bench: the server at %s is connected to the bank \"%s\"; only one with the "
        "simulated bank (sim) is measured.\n",
        options.connect.c_str(), health.bank.c_str());
    return kRefused;
  }
  if (!kRelease) std::fprintf(stderr, "wallet-bench: warning: not a Release build\n");
  if (!options.json) {
    std::printf("server %s at %s, %u cores for both, every answer on disk first (fdatasync)\n",
                health.version.c_str(), options.connect.c_str(),
                std::thread::hardware_concurrency());
  }
  const BenchResult result = RunCharges(*wallet, options);
  if (options.json) {
    PrintJson(options, health, result);
  } else {
    PrintTable(options, result);
  }
  return result.accepted > 0 ? kDone : kRefused;
}

int Main(int argc, char** argv) {
  BenchOptions options;
  CLI::App app("wallet-bench: measures a running walletd.", "wallet-bench");
  app.require_subcommand(1);
  CLI::App* charge = app.add_subcommand("charge", "Charges of random users, as fast as answered");
  const auto add = [&](const char* name, auto& value, const char* what) {
    charge->add_option(name, value, what)->capture_default_str();
  };
  const auto positive = CLI::Range(int64_t{1}, int64_t{1} << 40);
  add("--connect", options.connect, "The server's binary address");
  charge->add_option("--transactions", options.transactions, "How many in all")
      ->check(positive)
      ->capture_default_str();
  charge->add_option("--users", options.users, "Over how many users")
      ->check(positive)
      ->capture_default_str();
  charge->add_option("--batch", options.batch, "Charges a batch; 1: single calls")
      ->check(CLI::Range(int64_t{1}, int64_t{8'192}))
      ->capture_default_str();
  charge->add_option("--connections", options.connections, "TCP connections")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  charge
      ->add_option("--in-flight", options.in_flight,
                   "Batches, or single calls, that wait for an answer at the same time")
      ->check(positive)
      ->capture_default_str();
  charge->add_flag("--json", options.json, "The result as JSON, one line");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return Run(options);
}

}  // namespace
}  // namespace wallet

int main(int argc, char** argv) { return wallet::Main(argc, argv); }
