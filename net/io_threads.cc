#include "net/io_threads.h"

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "wal/base/gathered_wakes.h"

namespace wallet {

// What an IoThread and the batches on their way to it share.
class IoInbox : public std::enable_shared_from_this<IoInbox> {
 public:
  // Null: work runs on the context.
  explicit IoInbox(Executor* executor) : executor_(executor) {}

  void Deliver(std::unique_ptr<SessionBatch> batch) {
    bool wake = false;
    {
      std::lock_guard lock(mutex_);
      if (!closed_) {
        wake = answered_.empty();
        answered_.push_back(std::move(batch));
      }
    }
    if (!wake) return;
    if (executor_) return executor_->Post([this] { Drain(); });
    GatheredWakes::Wake([self = shared_from_this()] {
      boost::asio::post(self->context, [inbox = self.get()] { inbox->Drain(); });
    });
  }

  // Batches own the inbox: those left would keep it, and themselves, alive for ever.
  void Close() {
    std::vector<std::unique_ptr<SessionBatch>> dropped;
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(answered_);
  }

  boost::asio::io_context context{1};

 private:
  void Drain() {
    {
      std::lock_guard lock(mutex_);
      draining_.swap(answered_);
    }
    for (auto& batch : draining_) {
      SessionBatch& answered = *batch;
      answered.OnAnswered(std::move(batch));
    }
    draining_.clear();
  }

  Executor* const executor_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SessionBatch>> answered_;
  bool closed_ = false;
  std::vector<std::unique_ptr<SessionBatch>> draining_;  // kept for its capacity
};

SessionBatch::SessionBatch(IoThread& home) : inbox_(home.inbox_) {}

void SessionBatch::Complete(std::unique_ptr<Batch> self) {
  const std::shared_ptr<IoInbox> inbox = inbox_;  // `self` may die in Deliver
  inbox->Deliver(std::unique_ptr<SessionBatch>(static_cast<SessionBatch*>(self.release())));
}

IoThread::IoThread(Executor& executor) : inbox_(std::make_shared<IoInbox>(&executor)) {}

IoThread::IoThread() : inbox_(std::make_shared<IoInbox>(nullptr)) {
  thread_ = std::thread([inbox = inbox_.get()] {
    pthread_setname_np(pthread_self(), "io");
    const auto work = boost::asio::make_work_guard(inbox->context);
    inbox->context.run();
  });
}

IoThread::~IoThread() { Stop(); }

boost::asio::io_context& IoThread::context() { return inbox_->context; }

void IoThread::Deliver(std::unique_ptr<SessionBatch> batch) { inbox_->Deliver(std::move(batch)); }

void IoThread::Stop() {
  if (thread_.joinable()) {
    inbox_->context.stop();
    thread_.join();
  }
  inbox_->Close();
}

}  // namespace wallet
