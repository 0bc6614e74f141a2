// What one read of a connection brought, on its way through the engine.
//
// All requests of a read go into each lane of the engine as one batch. They share an arena:
// operations are parsed into it, the engine works on views into it, and it dies when the last batch
// is back.
#pragma once

#include <google/protobuf/arena.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/session_services.h"

namespace wallet {

class Round;
class ShardBatch;

// Keeps a round alive while its batches are with the engine.
class RoundOwner {
 public:
  virtual ~RoundOwner() = default;
  // On the I/O thread: to be passed to the batch's round.
  virtual void OnAnswered(std::unique_ptr<ShardBatch> batch) = 0;
};

// The part of a round that goes into one lane of the engine.
class ShardBatch final : public SessionBatch {
 public:
  // Which operation of the round a result belongs to.
  struct Origin {
    uint32_t request = 0;
    uint32_t operation = 0;
  };

  ShardBatch(IoThread& home, Round& round) : SessionBatch(home), round(round) {}

  void OnAnswered(std::unique_ptr<SessionBatch> self) override;

  Round& round;
  std::shared_ptr<RoundOwner> owner;  // from when the batch is handed over until it is back
  std::vector<Origin> origins;        // beside `operations`
};

// Lives on an I/O thread. Requests are added, then all submitted at once; whenever some are
// complete they can be written.
class Round {
 public:
  // What requests amount to, for the limits of a connection.
  struct Load {
    size_t requests = 0;
    size_t bytes = 0;  // of the requests and, by estimate, of their answers
    Load& operator+=(const Load& other);
    Load& operator-=(const Load& other);
  };

  // `services` must outlive it.
  // `local`: the peer is on this machine.
  Round(SessionServices& services, int64_t arrived_us, bool local = false);

  // Takes the body of one Request frame. Anything but kRead leaves the round as it was. Operations
  // that cannot be asked, or need no shard, are answered here and now.
  RequestReader::Verdict Add(uint64_t request_id, std::string_view body);

  // Hands the batches over, in the order of the operations; each of them keeps `owner`, which owns
  // this round, alive.
  void Submit(const std::shared_ptr<RoundOwner>& owner);

  // A batch is back.
  void Take(std::unique_ptr<ShardBatch> batch);

  // Answers what is still missing: outcome_unknown for writes, overloaded for reads.
  void Expire();

  // Appends the answers of all requests that are complete and were not yet written. Returns what
  // they amounted to.
  Load WriteComplete(std::string& out);

  // Of the request added last.
  Load last_load() const { return requests_.back().load; }
  int64_t arrived_us() const { return arrived_us_; }
  // Of all requests.
  size_t operations() const { return operations_; }
  bool empty() const { return requests_.empty(); }
  // Every answer was written, and every batch is back.
  bool finished() const { return answered_ == requests_.size() && batches_out_ == 0; }

 private:
  // Of all shards to one question, until they are complete.
  struct FanOut {
    int64_t limit = 0;
    size_t lanes = 0;  // how many parts there will be
    std::vector<const Result*> parts = {};
  };
  // The answer to one operation: a result, the server's health, or what an operator asked for.
  struct Answer {
    const Result* result = nullptr;
    FanOut* fan_out = nullptr;
    bool is_write = false;
    bool is_health = false;
    const v1::AdminResult* admin = nullptr;
  };
  struct Request {
    uint64_t id = 0;
    Load load;
    std::vector<Answer> answers;
    size_t missing = 0;  // results still to come
  };

  // Into the arena: the input it lies in moves on.
  std::string_view Keep(std::string_view body);
  void SetDeadline(std::optional<uint32_t> timeout_ms);
  void AddOperation(Asked& asked, ShardBatch::Origin origin);
  void AnswerAdmin(const v1::Admin& asked, Answer& answer);
  void Route(Operation operation, ShardBatch::Origin origin);
  void RouteToAll(const ListWithdrawals& list, Engine::Lanes lanes, ShardBatch::Origin origin);
  void RouteTo(int lane, Operation operation, ShardBatch::Origin origin);
  // Whether the lists of the request may ask for that much more.
  bool TakeListed(int64_t limit);
  void Refuse(Refusal refusal, Answer& answer);
  ShardBatch& OpenBatch(int lane);
  void CloseBatches();
  void Take(const Result& result, ShardBatch::Origin origin);
  void Merge(Answer& answer);
  void Write(const Request& request, std::string& out);

  SessionServices& services_;
  const int64_t arrived_us_;
  const bool local_;

  google::protobuf::Arena arena_;
  std::vector<Request> requests_;
  size_t operations_ = 0;
  std::deque<Result> own_results_;  // refused here, or merged
  std::deque<FanOut> fan_outs_;
  std::vector<uint32_t> complete_;  // requests to be written
  size_t answered_ = 0;

  // While requests are added.
  int64_t deadline_us_ = 0;  // of the request under way, and of all open batches
  size_t batch_size_hint_ = 0;
  int64_t listed_ = 0;  // transactions that the lists of the request ask for
  std::vector<std::unique_ptr<ShardBatch>> open_;  // by lane
  std::vector<std::pair<int, std::unique_ptr<ShardBatch>>> closed_;

  size_t batches_out_ = 0;
  std::vector<std::unique_ptr<ShardBatch>> returned_;  // results point into them
};

}  // namespace wallet
