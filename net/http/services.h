// What the HTTP sessions of one listener on one I/O thread share.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/engine.h"
#include "net/codec.h"
#include "net/io_threads.h"
#include "net/session_services.h"
#include "net/user_limiter.h"
#include "wal/base/clock.h"

namespace wallet {

// Used by that thread alone. Engine, thread and clock outlive every use of them: sessions are
// closed before those go.
struct HttpServices {
  Engine& engine;
  IoThread& home;
  const Clock& clock;
  const ServerIdentity identity;
  const int64_t request_timeout_us;
  const std::shared_ptr<ListenerState> state;
  // Of this thread, shared with its other listeners; null: there is no limit.
  const std::shared_ptr<UserLimiter> limiter;
};

}  // namespace wallet
