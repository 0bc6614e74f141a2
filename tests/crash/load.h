// A mixed load from a seed: charges, withdrawals, repeats, reused keys and reads, many in flight.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "net/client/client.h"
#include "tests/crash/journal.h"

namespace wallet::crash {

// Users that only ever charge: their balances can be told from the answers alone.
inline constexpr int64_t kFirstChargeOnlyUser = 1'000;
inline constexpr int64_t kChargeOnlyUsers = 6;
inline constexpr int64_t kUsers = 18;  // 1 … kUsers do everything

struct LoadOptions {
  uint64_t seed = 0;
  std::string key_prefix;  // no two loads of a test share one
  int in_flight = 1;
};

class Load {
 public:
  // All must outlive the load. Reads go through a client of their own: so they are not held up in
  // the frames of writes, and what they are told too early shows.
  Load(LoadOptions options, client::Client& writer, client::Client& reader, Journal& journal);

  // Sends; every answer makes room for the next request.
  void Start();
  // Returns once so many answers have come, whatever they say.
  void AwaitAnswers(int64_t count);
  // Sends nothing more, and returns when nothing is being sent; what is in flight may still be
  // answered, and the clients may be destroyed.
  void Stop();
  // Returns when every request has ended, answered or not. After Stop.
  void AwaitEnd();

 private:
  // A request, drawn under the lock and sent outside of it.
  using Action = absl::AnyInvocable<void()>;

  // Unless the load has stopped.
  void SendNext();
  // The end of a request: its slot takes the next one.
  void OnEnd();

  Action Draw();
  Action DrawWrite(Request request);
  Action DrawBatch();
  Action DrawRepeat();
  Action DrawReuse();
  Action DrawRead();
  client::Charge NewCharge();
  client::Withdraw NewWithdraw();
  std::string NewKey();
  std::string NewCurrency();
  int64_t AnyUser();
  // 0 … bound − 1.
  int64_t Below(int64_t bound);
  bool Chance(int percent) { return Below(100) < percent; }

  const LoadOptions options_;
  client::Client& writer_;
  client::Client& reader_;
  Journal& journal_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937_64 random_;
  int64_t keys_ = 0;
  int64_t answers_ = 0;
  int64_t in_flight_ = 0;
  int64_t sending_ = 0;  // drawn, and not yet handed to a client
  bool stopped_ = false;
  std::vector<Request> sent_;  // answered or not
};

}  // namespace wallet::crash
