#include "engine/cut_queue.h"

#include <utility>

namespace wallet {

void CutQueue::Begin(Cut::Action action, Cut::Done done) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    waiting_.push_back({std::move(action), std::move(done)});
    if (std::exchange(busy_, true)) return;
  }
  SendNext();
}

void CutQueue::Close() {
  std::deque<Request> dropped;  // whose end may call anybody: not under the lock
  std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(waiting_);
}

void CutQueue::SendNext() {
  Request next;
  {
    std::lock_guard lock(mutex_);
    busy_ = !waiting_.empty();
    if (!busy_) return;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  send_(std::make_shared<Cut>(shards_, std::move(next.action),
                              [this, done = std::move(next.done)](Position position) mutable {
                                done(position);
                                SendNext();
                              }));
}

}  // namespace wallet
