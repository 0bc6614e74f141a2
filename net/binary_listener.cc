#include "net/binary_listener.h"

#include <boost/asio/post.hpp>
#include <future>
#include <utility>

#include "net/session_group.h"
#include "net/session_services.h"
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

struct BinaryListener::Impl {
  std::vector<IoThread*> threads;
  std::shared_ptr<ListenerState> state = std::make_shared<ListenerState>();
  std::vector<std::shared_ptr<SessionGroup>> groups;  // by thread
  std::unique_ptr<TcpAcceptor> acceptor;
};

absl::StatusOr<std::unique_ptr<BinaryListener>> BinaryListener::Start(
    BinaryListenerOptions options, Engine& engine, std::vector<IoThread*> threads) {
  WALLET_CHECK(!options.limiter || threads.size() == 1);
  auto impl = std::make_unique<Impl>();
  impl->state->max_connections = options.max_connections;
  impl->state->places = std::move(options.places);
  const ServerIdentity identity = IdentityOf(engine, std::move(options.version));
  for (IoThread* thread : threads) {
    impl->groups.push_back(std::make_shared<SessionGroup>(std::shared_ptr<SessionServices>(
        new SessionServices{engine, *thread, *options.clock, identity, options.request_timeout_us,
                            impl->state, RequestReader(identity.default_currency), ResponseWriter(),
                            options.maintenance, options.limiter})));
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
  return std::unique_ptr<BinaryListener>(new BinaryListener(std::move(impl)));
}

BinaryListener::BinaryListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

BinaryListener::~BinaryListener() {
  StopAccepting();
  for (size_t i = 0; i < impl_->groups.size(); ++i) {
    RunOn(*impl_->threads[i], [&] { impl_->groups[i]->Close(); });
  }
}

std::string BinaryListener::address() const { return impl_->acceptor->address(); }

void BinaryListener::StopAccepting() {
  impl_->state->stopping = true;
  impl_->acceptor->Stop();
}

int64_t BinaryListener::under_way() const {
  return impl_->state->under_way.load(std::memory_order_acquire);
}

int64_t BinaryListener::connections() const {
  return impl_->state->connections.load(std::memory_order_relaxed);
}

}  // namespace wallet
