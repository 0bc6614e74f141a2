#include "net/client/backoff.h"

#include <algorithm>

#include "wal/base/random.h"

namespace wallet::client {

Backoff::Wait Backoff::Next() {
  const Wait half = next_ / 2;
  const auto spread = static_cast<uint64_t>(half.count()) + 1;
  next_ = std::min(2 * next_, longest_);
  return half + Wait(static_cast<int64_t>(SystemRandom().Next() % spread));
}

}  // namespace wallet::client
