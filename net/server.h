// The two listening sockets and their sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/backup/maintenance.h"
#include "engine/engine.h"
#include "net/limits.h"
#include "net/user_limiter.h"
#include "wal/base/clock.h"

namespace wallet {

struct ServerOptions {
  std::string http = "127.0.0.1:8080";  // ADDR:PORT; port 0 picks one
  std::string binary = "127.0.0.1:7080";
  int io_threads = 1;
  int64_t request_timeout_us = 30'000'000;
  std::string version;
  // On both together, beside each one's own bound; more are turned away.
  int64_t max_connections = 2 * kMaxConnections;
  const Clock* clock = &SystemClock();  // the engine's
  Maintenance* maintenance = nullptr;   // for operators; outlives the server
  // Of each user, over all connections. A limit needs io_threads to be 1: it is kept without locks.
  UserRate user_rate;
};

class Server {
 public:
  // Listens on both and serves. kUnavailable when an address is in use or cannot be bound; the
  // message names it and the flag. `engine` must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options, Engine& engine);

  ~Server();  // closes what is still open

  // As bound: "127.0.0.1:41234".
  std::string http_address() const;
  std::string binary_address() const;

  // The orderly end, in this order around Engine::Stop. StopAccepting: no new connections, and new
  // requests are answered shutting_down. Finish: waits until every answer under way has left or
  // `grace_us` has passed, then closes the connections. Not from an I/O thread.
  void StopAccepting();
  void Finish(int64_t grace_us);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet
