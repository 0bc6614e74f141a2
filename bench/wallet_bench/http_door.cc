#include "bench/wallet_bench/http_door.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "bench/wallet_bench/http_connection.h"
#include "wal/base/check.h"

namespace wallet::bench {

HttpDoor::HttpDoor(const Options& options, const Workload& workload) : workload_(workload) {
  const int count = std::max(1, options.connections / options.threads);
  for (int i = 0; i < count; ++i) {
    connections_.push_back(std::make_unique<HttpConnection>(
        context_, options.connect,
        [this](HttpConnection& connection) { idle_.push_back(&connection); }));
    connections_.back()->Connect();  // tried again by the first call, which then says what is wrong
    idle_.push_back(connections_.back().get());
  }
  thread_ = std::thread([this] { context_.run(); });
}

HttpDoor::~HttpDoor() {
  work_.reset();
  context_.stop();
  thread_.join();
}

void HttpDoor::Post(absl::AnyInvocable<void()> work) {
  boost::asio::post(context_, std::move(work));
}

void HttpDoor::Send(Call& call) {
  boost::asio::dispatch(context_, [this, &call] { SendOverIdle(call); });
}

void HttpDoor::SendOverIdle(Call& call) {
  WALLET_CHECK(call.count() == 1 && !idle_.empty());
  HttpConnection& connection = *idle_.back();
  idle_.pop_back();
  connection.Send(workload_.Make(call.first()), call);
}

}  // namespace wallet::bench
