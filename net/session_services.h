// What the sessions of one listener on one I/O thread share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/backup/maintenance.h"
#include "engine/engine.h"
#include "net/codec.h"
#include "net/connection_places.h"
#include "net/io_threads.h"
#include "net/request_reader.h"
#include "net/response_writer.h"
#include "net/user_limiter.h"
#include "wal/base/clock.h"

namespace wallet {

// Shared by all threads.
struct ListenerState {
  int64_t max_connections = 0;        // fixed before the first one
  std::atomic<bool> stopping{false};  // new requests are answered shutting_down
  std::atomic<int64_t> under_way{0};  // requests whose answers have not left yet
  std::atomic<int64_t> connections{0};
  std::shared_ptr<ConnectionPlaces> places;  // shared with other listeners; may be null

  // For a new connection; false when there are too many already.
  bool Admit() {
    const bool room = connections.fetch_add(1, std::memory_order_relaxed) < max_connections;
    if (room && (!places || places->Take())) return true;
    connections.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  // It has closed.
  void Leave() {
    connections.fetch_sub(1, std::memory_order_relaxed);
    if (places) places->Give();
  }
};

// Of one thread, and used by it alone. Engine, thread and clock outlive every use of them: sessions
// are closed before those go.
struct SessionServices {
  Engine& engine;
  IoThread& home;
  const Clock& clock;
  const ServerIdentity identity;
  const int64_t request_timeout_us;
  const std::shared_ptr<ListenerState> state;
  RequestReader reader;
  ResponseWriter writer;
  // For operators; null: their operations are refused. Outlives the services' use, as the engine.
  Maintenance* maintenance = nullptr;
  // Of this thread, shared with its other listeners; null: there is no limit.
  const std::shared_ptr<UserLimiter> limiter = {};

  // What it has refused so far.
  int64_t limited() const { return limiter ? limiter->refused() : 0; }
};

// Of the engine, and of what serves it.
inline Health CurrentHealth(const Engine& engine, const ListenerState& state,
                            const UserLimiter* limiter) {
  Health health = engine.GetHealth();
  if (state.stopping.load(std::memory_order_relaxed)) health.condition = Condition::kStopping;
  if (limiter != nullptr) health.rate_limited = limiter->refused();
  return health;
}

}  // namespace wallet
