// POST /charge over keep-alive connections, one request at a time on each.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "bench/wallet_bench/door.h"
#include "bench/wallet_bench/options.h"
#include "bench/wallet_bench/workload.h"

namespace wallet::bench {

class HttpConnection;

class HttpDoor final : public Door {
 public:
  // Has a connection for every call that may be under way. `workload` must outlive it, and have
  // nothing but charges.
  HttpDoor(const Options& options, const Workload& workload);
  ~HttpDoor() override;

  void Post(absl::AnyInvocable<void()> work) override;
  void Send(Call& call) override;  // of one operation

 private:
  void SendOverIdle(Call& call);

  const Workload& workload_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  std::vector<HttpConnection*> idle_;  // on the thread
  std::thread thread_;
};

}  // namespace wallet::bench
