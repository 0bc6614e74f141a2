#include "net/client/client.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>
#include <utility>

#include "net/client/connection.h"
#include "wal/base/hash.h"

namespace wallet::client {

class Client::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {
    for (int i = 0; i < std::max(1, options_.connections); ++i) {
      connections_.push_back(std::make_shared<Connection>(context_, options_));
    }
    thread_ = std::thread([this] { context_.run(); });
  }

  ~Impl() {
    boost::asio::post(context_, [this] {
      for (const auto& connection : connections_) connection->Close();
      work_.reset();
    });
    thread_.join();
  }

  // Calls of one user go over one connection, so that they run in the order made.
  void Post(int64_t user_id, std::shared_ptr<Unit> unit) {
    const uint64_t hash = Mix64(static_cast<uint64_t>(user_id));
    connections_[hash % connections_.size()]->Post(std::move(unit));
  }

  template <class A>
  void Call(bool write, int64_t user_id, std::string operation, Done<A> done) {
    auto unit = std::make_shared<SingleUnit<A>>(write, Deadline(), std::move(done));
    unit->Add(std::move(operation));
    Post(user_id, std::move(unit));
  }

  template <class Write>
  void CallAll(const std::vector<Write>& requests, Done<std::vector<WriteAnswer>> done) {
    if (requests.empty()) {
      return boost::asio::post(context_, [done = std::move(done)]() mutable { done({}); });
    }
    auto unit = std::make_shared<BatchUnit>(requests.size(), Deadline(), std::move(done));
    for (const Write& request : requests) unit->Add(Encode(request));
    Post(requests.front().user_id, std::move(unit));
  }

 private:
  int64_t Deadline() const {
    return SteadyNow() +
           std::chrono::duration_cast<std::chrono::microseconds>(options_.timeout).count();
  }

  const Options options_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::vector<std::shared_ptr<Connection>> connections_;
  std::thread thread_;
};

namespace {

// Runs an asynchronous call and waits for its answer.
template <class A, class Start>
A Await(Start start) {
  std::promise<A> promise;
  start([&promise](A answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace

std::unique_ptr<Client> Client::Create(Options options) {
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(std::move(options))));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

void Client::Do(Charge request, Done<WriteAnswer> done) {
  impl_->Call<WriteAnswer>(true, request.user_id, Encode(request), std::move(done));
}
void Client::Do(Withdraw request, Done<WriteAnswer> done) {
  impl_->Call<WriteAnswer>(true, request.user_id, Encode(request), std::move(done));
}
void Client::GetBalance(int64_t user_id, std::string currency, Done<BalanceAnswer> done) {
  impl_->Call<BalanceAnswer>(false, user_id, EncodeGetBalance(user_id, currency), std::move(done));
}
void Client::GetTransaction(int64_t user_id, int64_t id, Done<TransactionAnswer> done) {
  impl_->Call<TransactionAnswer>(false, user_id, EncodeGetTransaction(user_id, id),
                                 std::move(done));
}
void Client::GetTransaction(int64_t user_id, std::string idempotency_key,
                            Done<TransactionAnswer> done) {
  impl_->Call<TransactionAnswer>(false, user_id, EncodeGetTransaction(user_id, idempotency_key),
                                 std::move(done));
}
void Client::List(ListTransactions request, Done<PageAnswer> done) {
  impl_->Call<PageAnswer>(false, request.user_id, Encode(request), std::move(done));
}
void Client::List(ListWithdrawals request, Done<PageAnswer> done) {
  impl_->Call<PageAnswer>(false, request.user_id.value_or(0), Encode(request), std::move(done));
}
void Client::GetHealth(Done<HealthAnswer> done) {
  impl_->Call<HealthAnswer>(false, 0, EncodeGetHealth(), std::move(done));
}
void Client::Resolve(int64_t user_id, int64_t id, bool paid, std::string note,
                     Done<WriteAnswer> done) {
  impl_->Call<WriteAnswer>(true, user_id, EncodeResolve(user_id, id, paid, note), std::move(done));
}
void Client::DoAll(std::vector<Charge> requests, Done<std::vector<WriteAnswer>> done) {
  impl_->CallAll(requests, std::move(done));
}
void Client::DoAll(std::vector<Withdraw> requests, Done<std::vector<WriteAnswer>> done) {
  impl_->CallAll(requests, std::move(done));
}

WriteAnswer Client::Do(Charge request) {
  return Await<WriteAnswer>([&](auto done) { Do(std::move(request), std::move(done)); });
}
WriteAnswer Client::Do(Withdraw request) {
  return Await<WriteAnswer>([&](auto done) { Do(std::move(request), std::move(done)); });
}
BalanceAnswer Client::GetBalance(int64_t user_id, std::string currency) {
  return Await<BalanceAnswer>(
      [&](auto done) { GetBalance(user_id, std::move(currency), std::move(done)); });
}
TransactionAnswer Client::GetTransaction(int64_t user_id, int64_t id) {
  return Await<TransactionAnswer>([&](auto done) { GetTransaction(user_id, id, std::move(done)); });
}
TransactionAnswer Client::GetTransaction(int64_t user_id, std::string idempotency_key) {
  return Await<TransactionAnswer>(
      [&](auto done) { GetTransaction(user_id, std::move(idempotency_key), std::move(done)); });
}
PageAnswer Client::List(ListTransactions request) {
  return Await<PageAnswer>([&](auto done) { List(std::move(request), std::move(done)); });
}
PageAnswer Client::List(ListWithdrawals request) {
  return Await<PageAnswer>([&](auto done) { List(std::move(request), std::move(done)); });
}
HealthAnswer Client::GetHealth() {
  return Await<HealthAnswer>([&](auto done) { GetHealth(std::move(done)); });
}
WriteAnswer Client::Resolve(int64_t user_id, int64_t id, bool paid, std::string note) {
  return Await<WriteAnswer>(
      [&](auto done) { Resolve(user_id, id, paid, std::move(note), std::move(done)); });
}

}  // namespace wallet::client
