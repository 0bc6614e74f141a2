#include "net/server.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/binary_listener.h"
#include "net/http/listener.h"
#include "net/io_threads.h"
#include "net/user_limiter.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/random.h"

namespace wallet {
namespace {

// How often Finish looks whether the last answers have left.
constexpr std::chrono::milliseconds kFinishPoll{2};

absl::Status WithFlag(std::string_view flag, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(ToAbsl(flag), " ", status.message()));
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(int io_threads) {
    for (int i = 0; i < io_threads; ++i) threads_.push_back(std::make_unique<IoThread>());
  }

  absl::Status Start(ServerOptions options, Engine& engine);
  std::string http_address() const { return http_address_; }
  std::string binary_address() const { return binary_address_; }
  void StopAccepting();
  void Finish(int64_t grace_us);

 private:
  bool Idle() const { return (!http_ || http_->Idle()) && (!binary_ || binary_->Idle()); }

  std::vector<std::unique_ptr<IoThread>> threads_;  // outlive the listeners
  std::unique_ptr<HttpListener> http_;
  std::unique_ptr<BinaryListener> binary_;
  std::string http_address_;
  std::string binary_address_;
};

absl::Status Server::Impl::Start(ServerOptions options, Engine& engine) {
  std::vector<IoThread*> threads;
  for (const auto& thread : threads_) threads.push_back(thread.get());
  const auto places = std::make_shared<ConnectionPlaces>(options.max_connections);
  std::shared_ptr<UserLimiter> limiter;
  if (options.user_rate.per_second > 0) {
    limiter = std::make_shared<UserLimiter>(options.user_rate, SystemRandom().Next());
  }
  auto http = HttpListener::Start({.address = options.http,
                                   .request_timeout_us = options.request_timeout_us,
                                   .version = options.version,
                                   .places = places,
                                   .limiter = limiter,
                                   .clock = options.clock},
                                  engine, threads);
  if (!http.ok()) return WithFlag("--http", http.status());
  auto binary = BinaryListener::Start({.address = options.binary,
                                       .request_timeout_us = options.request_timeout_us,
                                       .version = options.version,
                                       .places = places,
                                       .limiter = limiter,
                                       .maintenance = options.maintenance,
                                       .clock = options.clock},
                                      engine, threads);
  if (!binary.ok()) return WithFlag("--listen", binary.status());
  http_ = *std::move(http);
  binary_ = *std::move(binary);
  http_address_ = http_->address();
  binary_address_ = binary_->address();
  return absl::OkStatus();
}

void Server::Impl::StopAccepting() {
  if (http_) http_->StopAccepting();
  if (binary_) binary_->StopAccepting();
}

void Server::Impl::Finish(int64_t grace_us) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(grace_us);
  while (!Idle() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kFinishPoll);
  }
  binary_.reset();
  http_.reset();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, Engine& engine) {
  WALLET_CHECK(options.io_threads >= 1);
  auto impl = std::make_unique<Impl>(options.io_threads);
  const absl::Status status = impl->Start(std::move(options), engine);
  if (!status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::string Server::http_address() const { return impl_->http_address(); }
std::string Server::binary_address() const { return impl_->binary_address(); }
void Server::StopAccepting() { impl_->StopAccepting(); }
void Server::Finish(int64_t grace_us) { impl_->Finish(grace_us); }

}  // namespace wallet
