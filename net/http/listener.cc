#include "net/http/listener.h"

#include <boost/asio/post.hpp>
#include <future>
#include <utility>

#include "net/http/group.h"
#include "net/http/services.h"
#include "net/tcp_acceptor.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// Runs `task` on the thread and waits for it.
template <class Task>
void RunOn(IoThread& thread, Task task) {
  std::promise<void> done;
  boost::asio::post(thread.context(), [&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

ServerIdentity IdentityOf(const Engine& engine, std::string version) {
  return {.version = std::move(version),
          .epoch = engine.epoch().ToString(),
          .bank = std::string(engine.bank_name()),
          .default_currency = engine.default_currency()};
}

}  // namespace

struct HttpListener::Impl {
  std::vector<IoThread*> threads;
  std::shared_ptr<ListenerState> state = std::make_shared<ListenerState>();
  std::vector<std::shared_ptr<HttpGroup>> groups;  // by thread
  std::unique_ptr<TcpAcceptor> acceptor;
};

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Start(HttpListenerOptions options,
                                                                  Engine& engine,
                                                                  std::vector<IoThread*> threads) {
  WALLET_CHECK(!options.limiter || threads.size() == 1);
  auto impl = std::make_unique<Impl>();
  impl->state->max_connections = options.max_connections;
  impl->state->places = std::move(options.places);
  const ServerIdentity identity = IdentityOf(engine, std::move(options.version));
  for (IoThread* thread : threads) {
    impl->groups.push_back(std::make_shared<HttpGroup>(std::shared_ptr<HttpServices>(
        new HttpServices{engine, *thread, *options.clock, identity, options.request_timeout_us,
                         impl->state, options.limiter})));
  }
  auto acceptor = TcpAcceptor::Listen(options.address, threads,
                                      [groups = impl->groups](size_t index, TcpSocket socket) {
                                        groups[index]->Add(std::move(socket));
                                      });
  if (!acceptor.ok()) return acceptor.status();
  impl->acceptor = *std::move(acceptor);
  impl->threads = std::move(threads);
  for (size_t i = 0; i < impl->groups.size(); ++i) {
    RunOn(*impl->threads[i], [&] { impl->groups[i]->Start(); });
  }
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpListener::~HttpListener() {
  StopAccepting();
  for (size_t i = 0; i < impl_->groups.size(); ++i) {
    RunOn(*impl_->threads[i], [&] { impl_->groups[i]->Close(); });
  }
}

std::string HttpListener::address() const { return impl_->acceptor->address(); }

void HttpListener::StopAccepting() {
  impl_->state->stopping = true;
  impl_->acceptor->Stop();
}

int64_t HttpListener::under_way() const {
  return impl_->state->under_way.load(std::memory_order_acquire);
}

int64_t HttpListener::connections() const {
  return impl_->state->connections.load(std::memory_order_relaxed);
}

}  // namespace wallet
