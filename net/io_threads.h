// The threads that own the sockets, and the way of answers back to them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>

#include "engine/batch.h"
#include "wal/base/executor.h"

namespace wallet {

class IoInbox;
class IoThread;

// A batch that belongs to a session. The engine completes it on a thread of its own; OnAnswered
// then runs on the session's I/O thread. Completions that come together cost one wake-up together.
//
// A batch may outlive its IoThread: it then just dies when the engine completes it. The io_context
// lives until the last such batch is gone, so a batch may own a session with its socket.
class SessionBatch : public Batch {
 public:
  explicit SessionBatch(IoThread& home);
  void Complete(std::unique_ptr<Batch> self) final;

  // On the home thread, once. The batch dies when it returns, unless kept.
  virtual void OnAnswered(std::unique_ptr<SessionBatch> self) = 0;

 private:
  const std::shared_ptr<IoInbox> inbox_;
};

// One thread running one io_context: whatever lives on it needs no locks.
class IoThread {
 public:
  IoThread();
  // No thread: answered batches get home in tasks of `executor`, which outlives it, and nothing
  // runs its context.
  explicit IoThread(Executor& executor);
  ~IoThread();  // stops and joins

  boost::asio::io_context& context();

  // Hands an answered batch to its session. Any thread.
  void Deliver(std::unique_ptr<SessionBatch> batch);

  // Idempotent; not from the thread itself. Work still queued is dropped.
  void Stop();

 private:
  friend SessionBatch;

  const std::shared_ptr<IoInbox> inbox_;
  std::thread thread_;
};

}  // namespace wallet
