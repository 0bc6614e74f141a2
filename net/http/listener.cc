#include "net/http/listener.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <utility>

#include "net/http/session.h"
#include "net/limits.h"
#include "net/tcp_acceptor.h"

namespace wallet {
namespace {

// How late a time limit may be noticed.
constexpr std::chrono::seconds kTick{1};

// The sessions of one thread, and the timer that watches their requests.
struct HttpThread : std::enable_shared_from_this<HttpThread> {
  HttpThread(IoThread& thread, std::shared_ptr<HttpServices> shared)
      : services(std::move(shared)), timer(thread.context()) {}

  void TickLater() {
    timer.expires_after(kTick);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error) return;
      const int64_t now_us = self->services->clock.SteadyMicros();
      for (const auto& session : self->Sessions()) session->Tick(now_us);
      self->TickLater();
    });
  }

  void CloseAll() {
    timer.cancel();
    for (const auto& session : Sessions()) session->Close();
  }

  // Held, so that what a session does to itself or others leaves the walk unharmed.
  std::vector<std::shared_ptr<HttpSession>> Sessions() const {
    std::vector<std::shared_ptr<HttpSession>> sessions;
    for (HttpSession* session : services->sessions) {
      if (auto held = session->weak_from_this().lock()) sessions.push_back(std::move(held));
    }
    return sessions;
  }

  const std::shared_ptr<HttpServices> services;
  boost::asio::steady_timer timer;
};

}  // namespace

struct HttpListener::Impl {
  void OnSocket(size_t index, TcpSocket socket) {
    // Beyond the bound the connection is dropped at once; the client sees a reset.
    if (state->connections.load() >= static_cast<int64_t>(kMaxConnections)) return;
    std::make_shared<HttpSession>(std::move(socket), http_threads[index]->services)->Start();
  }

  // Runs `task` on each I/O thread and waits for all.
  template <class Task>
  void OnEachThread(Task task) {
    for (size_t i = 0; i < threads.size(); ++i) {
      std::promise<void> done;
      boost::asio::post(threads[i]->context(), [&, i] {
        task(*http_threads[i]);
        done.set_value();
      });
      done.get_future().wait();
    }
  }

  std::vector<IoThread*> threads;
  std::shared_ptr<HttpListenerState> state = std::make_shared<HttpListenerState>();
  std::vector<std::shared_ptr<HttpThread>> http_threads;
  std::unique_ptr<TcpAcceptor> acceptor;
};

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Start(HttpListenerOptions options,
                                                                  Engine& engine,
                                                                  std::vector<IoThread*> threads) {
  auto impl = std::make_unique<Impl>();
  impl->threads = threads;
  for (IoThread* thread : threads) {
    impl->http_threads.push_back(
        std::make_shared<HttpThread>(*thread, std::make_shared<HttpServices>(HttpServices{
                                                  engine, *thread, *options.clock, options.version,
                                                  options.request_timeout_us, impl->state})));
  }
  auto acceptor = TcpAcceptor::Listen(options.address, threads,
                                      [impl = impl.get()](size_t index, TcpSocket socket) {
                                        impl->OnSocket(index, std::move(socket));
                                      });
  if (!acceptor.ok()) return acceptor.status();
  impl->acceptor = *std::move(acceptor);
  impl->OnEachThread([](HttpThread& thread) { thread.TickLater(); });
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpListener::~HttpListener() {
  StopAccepting();
  impl_->OnEachThread([](HttpThread& thread) { thread.CloseAll(); });
}

std::string HttpListener::address() const { return impl_->acceptor->address(); }

void HttpListener::StopAccepting() {
  impl_->state->stopping.store(true);
  impl_->acceptor->Stop();
}

bool HttpListener::Idle() const { return impl_->state->under_way.load() == 0; }

}  // namespace wallet
