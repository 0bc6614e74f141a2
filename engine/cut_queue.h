// Cuts one after another: the committer knows one at a time.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "absl/functional/any_invocable.h"
#include "engine/cut.h"

namespace wallet {

// Any thread. Must outlive the cuts it has sent.
class CutQueue {
 public:
  // `send` hands the cut's marker to every shard. Called on any thread, for the next cut only once
  // the committer has met all markers of the one before.
  using Send = absl::AnyInvocable<void(std::shared_ptr<Cut>)>;

  CutQueue(int shards, Send send) : shards_(shards), send_(std::move(send)) {}

  // Sends a cut, once those before it are complete.
  void Begin(Cut::Action action, Cut::Done done);

  // Drops the cuts that were not sent yet, and every later one. One that was sent goes on.
  void Close();

 private:
  struct Request {
    Cut::Action action;
    Cut::Done done;
  };

  void SendNext();

  const int shards_;
  Send send_;
  std::mutex mutex_;
  std::deque<Request> waiting_;
  bool busy_ = false;  // a cut is under way
  bool closed_ = false;
};

}  // namespace wallet
