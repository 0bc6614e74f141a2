// The threads that own the sockets, and the way of answers back to them.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "engine/batch.h"

namespace wallet {

class IoThread;

// A batch that belongs to a session. The engine completes it on a thread of its own; OnAnswered then
// runs on the session's I/O thread. Completions that come together cost one wake-up together.
class SessionBatch : public Batch {
 public:
  explicit SessionBatch(IoThread& home) : home_(&home) {}
  void Complete(std::unique_ptr<Batch> self) final;

  // On the home thread, once. The batch dies when it returns, unless kept.
  virtual void OnAnswered(std::unique_ptr<SessionBatch> self) = 0;

 private:
  IoThread* home_;
};

// One thread running one io_context: whatever lives on it needs no locks.
class IoThread {
 public:
  IoThread();
  ~IoThread();  // stops and joins

  boost::asio::io_context& context() { return context_; }

  // Any thread.
  void Deliver(std::unique_ptr<SessionBatch> batch);

  // Idempotent; not from the thread itself. Work still queued is dropped.
  void Stop();

 private:
  void Drain();

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SessionBatch>> answered_;
  std::thread thread_;
};

}  // namespace wallet
