#include "net/client/client.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "net/client/call.h"
#include "net/client/codec.h"
#include "net/client/connection.h"
#include "net/client/limits.h"
#include "wal/base/hash.h"

namespace wallet::client {

class Client::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {
    for (int i = 0; i < std::max(1, options_.connections); ++i) {
      connections_.push_back(std::make_unique<Connection>(context_, options_));
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

  // Calls whose unit is filled by `encode`.
  template <class A, class Encode>
  void Send(Unit::Kind kind, int64_t user_id, Done<A> done, Encode encode, int64_t listed = 0) {
    auto call = boost::intrusive_ptr(new Call<A>(kind, Deadline(), std::move(done)));
    encode(call->buffer());
    call->Seal(listed);
    connections_[ConnectionOf(user_id)]->Post(std::move(call));
  }

  template <class Write>
  void SendAll(const std::vector<Write>& requests, Done<std::vector<WriteAnswer>> done) {
    if (requests.empty()) {
      return boost::asio::post(context_, [done = std::move(done)]() mutable { done({}); });
    }
    auto answers = std::make_shared<BatchAnswers>(requests.size(), std::move(done));
    std::vector<boost::intrusive_ptr<BatchPart>> parts(connections_.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      auto& part = parts[ConnectionOf(requests[i].user_id)];
      if (!part) part.reset(new BatchPart(Deadline(), answers));
      Encode(requests[i], part->buffer());
      part->AddPlace(i);
      part->Seal();
    }
    answers.reset();
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i]) connections_[i]->Post(std::move(parts[i]));
    }
  }

 private:
  SteadyTime Deadline() const { return std::chrono::steady_clock::now() + options_.timeout; }

  // Calls of one user go over one connection, so that they run in the order made.
  size_t ConnectionOf(int64_t user_id) const {
    if (connections_.size() == 1) return 0;
    return Mix64(static_cast<uint64_t>(user_id)) % connections_.size();
  }

  const Options options_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

namespace {

constexpr auto kRead = Unit::Kind::kRead;
constexpr auto kWrite = Unit::Kind::kWrite;

// What a list counts for in its Request; the server refuses limits out of range by itself.
int64_t Listed(std::optional<int64_t> limit) {
  return std::clamp<int64_t>(limit.value_or(kDefaultListLimit), 0, kMaxListLimit);
}

// Starts an asynchronous call and waits for its answer. The promise goes with the callback: it may
// not die with the waiting thread's stack while the client's thread still holds it.
template <class A, class Start>
A Await(Start start) {
  std::promise<A> promise;
  std::future<A> answer = promise.get_future();
  start([promise = std::move(promise)](A given) mutable { promise.set_value(std::move(given)); });
  return answer.get();
}

}  // namespace

std::unique_ptr<Client> Client::Create(Options options) {
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(std::move(options))));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

void Client::Do(Charge request, Done<WriteAnswer> done) {
  impl_->Send(kWrite, request.user_id, std::move(done),
              [&](std::string& out) { Encode(request, out); });
}
void Client::Do(Withdraw request, Done<WriteAnswer> done) {
  impl_->Send(kWrite, request.user_id, std::move(done),
              [&](std::string& out) { Encode(request, out); });
}
void Client::GetBalance(int64_t user_id, std::string currency, Done<BalanceAnswer> done) {
  Read({.user_id = user_id, .currency = std::move(currency)}, std::move(done));
}
void Client::Read(ReadBalance request, Done<BalanceAnswer> done) {
  impl_->Send(
      kRead, request.user_id, std::move(done), [&](std::string& out) { Encode(request, out); },
      std::clamp<int64_t>(request.schedule.value_or(0), 0, kMaxListLimit));
}
void Client::GetTransaction(int64_t user_id, int64_t id, Done<TransactionAnswer> done) {
  impl_->Send(kRead, user_id, std::move(done),
              [&](std::string& out) { EncodeGetTransaction(user_id, id, out); });
}
void Client::GetTransaction(int64_t user_id, std::string idempotency_key,
                            Done<TransactionAnswer> done) {
  impl_->Send(kRead, user_id, std::move(done),
              [&](std::string& out) { EncodeGetTransaction(user_id, idempotency_key, out); });
}
void Client::List(ListTransactions request, Done<PageAnswer> done) {
  impl_->Send(
      kRead, request.user_id, std::move(done), [&](std::string& out) { Encode(request, out); },
      Listed(request.limit));
}
void Client::List(ListWithdrawals request, Done<PageAnswer> done) {
  impl_->Send(
      kRead, request.user_id.value_or(0), std::move(done),
      [&](std::string& out) { Encode(request, out); }, Listed(request.limit));
}
void Client::List(ListChanges request, Done<ChangesAnswer> done) {
  impl_->Send(
      kRead, 0, std::move(done), [&](std::string& out) { Encode(request, out); },
      Listed(request.limit.value_or(kDefaultChangesLimit)));
}
void Client::GetHealth(Done<HealthAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [](std::string& out) { EncodeGetHealth(out); });
}
void Client::Resolve(int64_t user_id, int64_t id, bool paid, std::string note,
                     Done<WriteAnswer> done) {
  impl_->Send(kWrite, user_id, std::move(done),
              [&](std::string& out) { EncodeResolve(user_id, id, paid, note, out); });
}
void Client::BeginSnapshot(Done<SnapshotAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [](std::string& out) { EncodeBeginSnapshot(out); });
}
void Client::GetSnapshot(uint64_t ticket, Done<SnapshotAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [&](std::string& out) { EncodeGetSnapshot(ticket, out); });
}
void Client::ListSnapshots(Done<SnapshotsAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [](std::string& out) { EncodeListSnapshots(out); });
}
void Client::BeginBackup(CreateBackup request, Done<BackupAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [&](std::string& out) { Encode(request, out); });
}
void Client::GetBackup(Done<BackupAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [](std::string& out) { EncodeGetBackup(out); });
}
void Client::CancelBackup(Done<BackupAnswer> done) {
  impl_->Send(kRead, 0, std::move(done), [](std::string& out) { EncodeCancelBackup(out); });
}
void Client::DoAll(std::vector<Charge> requests, Done<std::vector<WriteAnswer>> done) {
  impl_->SendAll(requests, std::move(done));
}
void Client::DoAll(std::vector<Withdraw> requests, Done<std::vector<WriteAnswer>> done) {
  impl_->SendAll(requests, std::move(done));
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
BalanceAnswer Client::Read(ReadBalance request) {
  return Await<BalanceAnswer>([&](auto done) { Read(std::move(request), std::move(done)); });
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
ChangesAnswer Client::List(ListChanges request) {
  return Await<ChangesAnswer>([&](auto done) { List(std::move(request), std::move(done)); });
}
HealthAnswer Client::GetHealth() {
  return Await<HealthAnswer>([&](auto done) { GetHealth(std::move(done)); });
}
WriteAnswer Client::Resolve(int64_t user_id, int64_t id, bool paid, std::string note) {
  return Await<WriteAnswer>(
      [&](auto done) { Resolve(user_id, id, paid, std::move(note), std::move(done)); });
}

SnapshotAnswer Client::BeginSnapshot() {
  return Await<SnapshotAnswer>([&](auto done) { BeginSnapshot(std::move(done)); });
}
SnapshotAnswer Client::GetSnapshot(uint64_t ticket) {
  return Await<SnapshotAnswer>([&](auto done) { GetSnapshot(ticket, std::move(done)); });
}
SnapshotsAnswer Client::ListSnapshots() {
  return Await<SnapshotsAnswer>([&](auto done) { ListSnapshots(std::move(done)); });
}
BackupAnswer Client::BeginBackup(CreateBackup request) {
  return Await<BackupAnswer>([&](auto done) { BeginBackup(std::move(request), std::move(done)); });
}
BackupAnswer Client::GetBackup() {
  return Await<BackupAnswer>([&](auto done) { GetBackup(std::move(done)); });
}
BackupAnswer Client::CancelBackup() {
  return Await<BackupAnswer>([&](auto done) { CancelBackup(std::move(done)); });
}

}  // namespace wallet::client
