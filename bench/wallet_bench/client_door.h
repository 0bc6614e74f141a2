// Over the binary protocol, with the client library.
#pragma once

#include <memory>

#include "bench/wallet_bench/door.h"
#include "bench/wallet_bench/options.h"
#include "bench/wallet_bench/workload.h"
#include "net/client/client.h"

namespace wallet::bench {

class ClientDoor final : public Door {
 public:
  // `workload` must outlive it.
  ClientDoor(const Options& options, const Workload& workload);

  void Post(absl::AnyInvocable<void()> work) override;
  // A batch's charges go together, and so do its withdrawals; reads are gathered by the client, as
  // all single calls are.
  void Send(Call& call) override;

 private:
  void SendOne(const Operation& operation, Call& call);
  void SendMany(Call& call);

  const Workload& workload_;
  const std::unique_ptr<client::Client> client_;
};

}  // namespace wallet::bench
