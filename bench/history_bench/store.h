// A real data directory, served by the real engine in this process; without sockets, and with a
// bank that pays at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/history_bench/pieces.h"
#include "engine/directory.h"
#include "engine/engine.h"
#include "engine/index/index.h"
#include "wal/base/thread_executor.h"
#include "wal/rocks_log.h"

namespace wallet::bench {

struct StoreOptions {
  std::string directory;
  bool create = false;
  int shards = 2;
  uint64_t snapshot_events = SnapshotterOptions().events;
  int64_t hot_keys = EngineOptions().hot_keys;
};

// One thread, but for engine(), whose header says. A log that fails ends the process.
class Store {
 public:
  // As walletd: directory, log, engine; `seconds` is all of it, up to where a server would listen.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);
  // In order, everything durable.
  ~Store();

  Engine& engine() { return *engine_; }
  Directory& directory() { return *directory_; }
  Log& log() { return *log_; }
  Index& index() { return *index_; }
  Pieces& pieces() { return pieces_; }
  double start_seconds() const { return start_seconds_; }

  // Takes one now and waits for it.
  absl::StatusOr<SnapshotTaken> TakeSnapshot();

 private:
  class PayingBank;

  explicit Store(StoreOptions options);
  absl::Status OpenDirectory();
  absl::Status OpenLog();
  absl::Status OpenIndex();
  absl::Status OpenEngine();

  const StoreOptions options_;
  Pieces pieces_;
  ThreadExecutor chores_{"chores"};
  ThreadExecutor payments_{"payments"};
  std::unique_ptr<BankConnector> bank_;
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<Index> index_;
  std::unique_ptr<Engine> engine_;
  double start_seconds_ = 0;
};

}  // namespace wallet::bench
