// An asynchronous call that a test waits for.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <utility>

#include "net/client/client.h"
#include "tests/net/client/fake_server.h"

namespace wallet::client {

template <class A>
class Pending {
 public:
  // What to hand to the call; once.
  Done<A> done() {
    return [promise = std::move(promise_)](A answer) mutable {
      promise.set_value(std::move(answer));  // throws, and so ends the test, if it comes twice
    };
  }

  bool ended() const {
    return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  A Get() {
    if (future_.wait_for(kPatience) == std::future_status::ready) return future_.get();
    ADD_FAILURE() << "the call has not ended";
    return {};
  }

 private:
  std::promise<A> promise_;
  std::future<A> future_ = promise_.get_future();
};

using PendingWrite = Pending<WriteAnswer>;
using PendingBatch = Pending<std::vector<WriteAnswer>>;

inline Charge ChargeOf(int64_t user, std::string key) {
  return {.user_id = user, .amount = 100, .idempotency_key = std::move(key)};
}

inline PendingWrite Start(Client& client, Charge charge) {
  PendingWrite pending;
  client.Do(std::move(charge), pending.done());
  return pending;
}

}  // namespace wallet::client
