// wallet-history-bench: a large ledger in a real directory, loaded, measured, in phases.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "bench/history_bench/figures.h"
#include "bench/history_bench/load.h"
#include "bench/history_bench/measure.h"
#include "bench/history_bench/store.h"
#include "bench/machine.h"
#include "wal/base/clock.h"

namespace wallet::bench {
namespace {

constexpr int kDone = 0, kFailed = 1, kUsage = 2;

struct Options {
  StoreOptions store;
  LoadOptions load;
  MeasureOptions measure;
  bool json = false;
};

absl::Status RunLoad(Options& options, Figures& figures) {
  options.store.create = true;
  auto store = Store::Open(options.store);
  if (!store.ok()) return store.status();
  if (absl::Status status = Load(**store, options.load, figures); !status.ok()) return status;
  const int64_t begun = SystemClock().SteadyMicros();
  const auto snapshot = (*store)->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  figures.Add("load.settled", static_cast<double>(SystemClock().SteadyMicros() - begun) / 1e6, "s",
              "until a last snapshot was on disk");
  AddDisk(**store, figures);
  return absl::OkStatus();
}

absl::Status RunMeasure(Options& options, Figures& figures) {
  auto store = Store::Open(options.store);
  if (!store.ok()) return store.status();
  if (absl::Status status = Measure(**store, options.measure, figures); !status.ok()) return status;
  AddDisk(**store, figures);
  return absl::OkStatus();
}

absl::Status RunReplay(Options& options, Figures& figures) {
  return MeasureReplay(options.store.directory, figures);
}

int Main(int argc, char** argv) {
  Options options;
  absl::Status (*phase)(Options&, Figures&) = nullptr;
  CLI::App app("Loads and measures a large ledger in this process.", "wallet-history-bench");
  const auto add = [&](const char* name, const char* what, auto run) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("directory", options.store.directory, "The data directory")->required();
    command->callback([&phase, run] { phase = run; });
    return command;
  };
  const auto positive = CLI::Range(int64_t{1}, int64_t{1} << 40);
  app.add_flag("--json", options.json, "One line of JSON");
  app.add_option("--users", options.load.users, "Accounts")->check(positive);
  app.add_option("--shards", options.store.shards, "Shards of the engine")
      ->check(CLI::Range(1, 64));
  app.add_option("--snapshot-events", options.store.snapshot_events,
                 "A snapshot is taken after so many events");
  app.add_option("--hot-keys", options.store.hot_keys, "As walletd's")->check(positive);
  app.fallthrough();
  app.require_subcommand(1);
  CLI::App* load = add("load", "Adds transactions, in a new directory or to those there", RunLoad);
  load->add_option("--transactions", options.load.transactions, "How many")->check(positive);
  load->add_option("--batch", options.load.batch, "Charges a batch")->check(CLI::Range(1, 8'192));
  load->add_option("--in-flight", options.load.in_flight, "Batches")->check(CLI::Range(4, 1'000));
  load->add_flag("--quiet", options.load.quiet, "No progress");
  CLI::App* measure = add("measure", "Starts on the directory, reads and writes", RunMeasure);
  measure->add_option("--only", options.measure.only, "Parts: pages, keys, balances, writes")
      ->delimiter(',')
      ->check(CLI::IsMember(
          std::vector<std::string>(std::begin(kMeasureParts), std::end(kMeasureParts))));
  measure->add_option("--pages", options.measure.pages, "Warm pages");
  measure->add_option("--cold-pages", options.measure.cold_pages, "Cold pages");
  measure->add_option("--reads", options.measure.reads, "Balances of each kind");
  measure->add_option("--write-seconds", options.measure.write_seconds, "Without a snapshot");
  measure->add_option("--write-rate", options.measure.write_rate, "Charges a second");
  add("replay", "Replays the log of a directory at rest", RunReplay);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  options.measure.users = options.load.users;
  const Machine machine = ThisMachine();
  Figures figures;
  const absl::Status status = phase(options, figures);
  const std::string text =
      options.json ? FormatJson(machine, figures) + "\n" : FormatTable(machine, figures);
  std::fputs(text.c_str(), stdout);
  if (status.ok()) return kDone;
  std::fprintf(stderr, "wallet-history-bench: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

}  // namespace
}  // namespace wallet::bench

int main(int argc, char** argv) { return wallet::bench::Main(argc, argv); }
