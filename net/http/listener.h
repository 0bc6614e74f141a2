// The listening socket of HTTP and its sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "net/connection_places.h"
#include "net/io_threads.h"
#include "net/limits.h"
#include "net/user_limiter.h"
#include "wal/base/clock.h"

namespace wallet {

struct HttpListenerOptions {
  std::string address;  // HOST:PORT; port 0 picks one
  // A request not begun by then is dropped; one not answered by then is answered without it: a
  // write outcome_unknown, a read overloaded.
  int64_t request_timeout_us = 30'000'000;
  std::string version;
  int64_t max_connections = kMaxConnections;      // more are turned away, as overloaded
  std::shared_ptr<ConnectionPlaces> places = {};  // bounds several listeners together, if given
  // Limits several listeners together, if given; then they have one thread.
  std::shared_ptr<UserLimiter> limiter = {};
  // Must be the engine's: deadlines of batches are in its steady time.
  const Clock* clock = &SystemClock();
};

class HttpListener {
 public:
  // Errors as of TcpAcceptor::Listen. Engine, threads (at least one) and clock must outlive the
  // listener; batches still with the engine may outlive it and the threads.
  static absl::StatusOr<std::unique_ptr<HttpListener>> Start(HttpListenerOptions options,
                                                             Engine& engine,
                                                             std::vector<IoThread*> threads);

  // Closes every connection. Not from an I/O thread; the threads must still run.
  ~HttpListener();

  // As bound.
  std::string address() const;

  // No new connections; new requests are answered shutting_down, those under way as usual. Not from
  // an I/O thread. Idempotent.
  void StopAccepting();

  // Requests whose answers have not left: with the engine, or in a buffer of ours. Any thread.
  int64_t under_way() const;
  bool Idle() const { return under_way() == 0; }
  // Open connections. Any thread.
  int64_t connections() const;

 private:
  struct Impl;
  explicit HttpListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet
