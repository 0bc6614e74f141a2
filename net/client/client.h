// The C++ client of the binary protocol.
//
// One Client is shared by all threads of a program. Concurrent calls are batched into frames by
// themselves: while a frame is on its way to the socket, later calls gather in the next ones.
//
// Every call has a deadline and ends exactly once. A lost connection is reopened, and a call whose
// answer was lost, or that was answered overloaded, shutting_down, rate_limited or outcome_unknown,
// is sent again with the same idempotency key until its deadline; so a write is never done twice,
// and a duplicate_request that answers a call's own second try is turned into success, marked
// `replayed`. (A duplicate on the first try, or after tries that did nothing, is reported as such.)
// A refusal after a try without an answer is marked `in_doubt`. When the deadline passes:
// kOutcomeUnknown for a write that may have been done; what was refused each time keeps its
// refusal; all else is kUnreachable.
//
//   auto client = wallet::client::Client::Create({.address = "127.0.0.1:7080"});
//   auto answer = client->Do(wallet::client::Charge{.user_id = 123, .amount = 5000,
//                                                   .idempotency_key = "charge-1"});
//   if (answer.ok()) Use(answer.transaction->id);
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "net/client/types.h"

namespace wallet::client {

struct Options {
  std::string address = "127.0.0.1:7080";  // HOST:PORT; HOST may be a name or [IPv6]
  int connections = 1;                     // calls of one user go over one connection, in order
  std::chrono::milliseconds timeout{30'000};
  bool retry = true;        // false: every call is tried once (for measuring, and for tests)
  int max_batch = 1'000;    // operations in a frame at most; of calls made apart, 64
  int max_in_flight = 256;  // frames per connection; later calls wait and are batched
};

template <class A>
using Done = absl::AnyInvocable<void(A)>;

class Client {
 public:
  // Connects in the background; never fails. Calls wait for the connection up to their deadline;
  // without `retry`, until connecting has failed.
  static std::unique_ptr<Client> Create(Options options);

  // Calls still under way end at once, as if their deadline had passed, and so do calls that their
  // callbacks make. Not from a callback.
  ~Client();

  // The asynchronous face: `done` runs once, on the client's own thread; it must not block and may
  // make further calls.
  void Do(Charge request, Done<WriteAnswer> done);
  void Do(Withdraw request, Done<WriteAnswer> done);
  void Read(ReadBalance request, Done<BalanceAnswer> done);
  void GetBalance(int64_t user_id, std::string currency, Done<BalanceAnswer> done);
  void GetTransaction(int64_t user_id, int64_t id, Done<TransactionAnswer> done);
  void GetTransaction(int64_t user_id, std::string idempotency_key, Done<TransactionAnswer> done);
  void List(ListTransactions request, Done<PageAnswer> done);
  void List(ListWithdrawals request, Done<PageAnswer> done);
  void List(ListChanges request, Done<ChangesAnswer> done);
  void GetHealth(Done<HealthAnswer> done);
  // An operator's decision on a withdrawal in review.
  void Resolve(int64_t user_id, int64_t id, bool paid, std::string note, Done<WriteAnswer> done);

  // For operators, on the server's own machine. Snapshots and backups may take long: they are
  // begun, and asked for again until they have ended.
  void BeginSnapshot(Done<SnapshotAnswer> done);
  void GetSnapshot(uint64_t ticket, Done<SnapshotAnswer> done);
  void ListSnapshots(Done<SnapshotsAnswer> done);
  void BeginBackup(CreateBackup request, Done<BackupAnswer> done);
  void GetBackup(Done<BackupAnswer> done);
  void CancelBackup(Done<BackupAnswer> done);

  // A batch of the caller's own: sent as one frame for each connection its users are on (of at most
  // max_batch operations), answered whole, in the same order. Each operation succeeds or fails
  // alone.
  void DoAll(std::vector<Charge> requests, Done<std::vector<WriteAnswer>> done);
  void DoAll(std::vector<Withdraw> requests, Done<std::vector<WriteAnswer>> done);

  // The blocking face. Any thread but the client's own.
  WriteAnswer Do(Charge request);
  WriteAnswer Do(Withdraw request);
  BalanceAnswer Read(ReadBalance request);
  BalanceAnswer GetBalance(int64_t user_id, std::string currency = "");
  TransactionAnswer GetTransaction(int64_t user_id, int64_t id);
  TransactionAnswer GetTransaction(int64_t user_id, std::string idempotency_key);
  PageAnswer List(ListTransactions request);
  PageAnswer List(ListWithdrawals request);
  ChangesAnswer List(ListChanges request);
  HealthAnswer GetHealth();
  WriteAnswer Resolve(int64_t user_id, int64_t id, bool paid, std::string note);
  SnapshotAnswer BeginSnapshot();
  SnapshotAnswer GetSnapshot(uint64_t ticket);
  SnapshotsAnswer ListSnapshots();
  BackupAnswer BeginBackup(CreateBackup request);
  BackupAnswer GetBackup();
  BackupAnswer CancelBackup();

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wallet::client
