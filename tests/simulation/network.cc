#include "tests/simulation/network.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/simulation/translate.h"
#include "wal/base/check.h"

namespace wallet::simulation {

class Network::Batch final : public wallet::Batch {
 public:
  explicit Batch(Network& network) : network_(network) {}

  void Add(Sent& sent) {
    operations.push_back(OperationOf(sent.call));
    sent_.push_back(&sent);
  }
  void Complete(std::unique_ptr<wallet::Batch>) override {
    WALLET_CHECK(results.size() == sent_.size());
    for (size_t i = 0; i < sent_.size(); ++i) network_.OnResult(*sent_[i], results[i]);
  }

 private:
  Network& network_;
  std::vector<Sent*> sent_;
};

Network::Network(Core& core, Process& process, Auditor& auditor, const Space& space)
    : core_(core),
      process_(process),
      auditor_(auditor),
      space_(space),
      random_(core.random.Fork()),
      knobs_(core.knobs.client) {}

int Network::ShardOf(const Call& call) {
  if (call.kind == CallKind::kReviews) return call.shard % process_.engine().shard_count();
  return process_.engine().ShardOf(UserId(call.request.user));
}

void Network::Send(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                   Reply reply) {
  std::map<int, std::unique_ptr<Batch>> batches;
  for (const Call& call : calls) {
    if (!process_.up()) {
      Refuse(peer, call, reply);
      continue;
    }
    const int shard = ShardOf(call);
    std::unique_ptr<Batch>& batch = batches[shard];
    if (!batch) batch = std::make_unique<Batch>(*this);
    batch->deadline_us = deadline_us;
    batch->Add(Register(peer, call, shard, deadline_us, reply));
  }
  for (auto& [shard, batch] : batches) process_.engine().Submit(shard, std::move(batch));
}

// Nobody listens: the connection is refused.
void Network::Refuse(const Peer& peer, const Call& call, Reply reply) {
  core_.scheduler.PostAfter(peer.actor, random_.Range(1, knobs_.network_us),
                            [call, reply = std::move(reply)] {
                              Sent sent;
                              sent.call = call;
                              reply(sent, true);
                            });
}

Sent& Network::Register(const Peer& peer, const Call& call, int shard, int64_t deadline_us,
                        Reply reply) {
  Sent& sent = auditor_.OnSend({.client = peer.client,
                                .call = call,
                                .sent_us = core_.clock.steady_us(),
                                .deadline_us = deadline_us,
                                .earliest_stamp = process_.stamps().Peek(),
                                .shard = shard,
                                .shards = process_.engine().shard_count(),
                                .places = process_.places()});
  core_.trace.Note("call", SubjectOf(sent), {sent.number, peer.client, shard});
  if (core_.trace.recording()) core_.trace.Tell(SubjectOf(sent), ToString(call));
  exchanges_.emplace(sent.number, Exchange{&sent, peer, std::move(reply)});
  at_wallet_.emplace(sent.number, &sent);
  if (random_.Chance(knobs_.impatient)) GiveUp(sent.number, random_.LogRange(1, 1'000'000));
  return sent;
}

void Network::OnResult(Sent& sent, const Result& result) {
  sent.answered_us = core_.clock.steady_us();
  sent.earliest_stamp = process_.stamps().EarliestSince(sent.sent_us, sent.earliest_stamp);
  sent.latest_stamp = process_.stamps().Peek();
  sent.space_was_full = space_.WasFullSince(sent.sent_us);
  sent.space_was_free = space_.WasFreeSince(sent.sent_us);
  sent.answer = AnswerOf(result);
  at_wallet_.erase(sent.number);
  auditor_.OnAnswer(sent);
  if (sent.sent_us > healed_us_ && sent.answered_us > sent.sent_us + kMostWaitUs) {
    core_.problems.Report(SubjectOf(sent), "answered too late");
  }
  Deliver(sent.number);
}

void Network::Deliver(int64_t number) {
  const auto it = exchanges_.find(number);
  if (it == exchanges_.end()) return;
  if (random_.Chance(knobs_.answer_lost)) return GiveUp(number, random_.LogRange(1, 5'000'000));
  core_.scheduler.PostAfter(it->second.peer.actor, random_.Range(1, knobs_.network_us),
                            [this, number] { Tell(number, false); });
}

void Network::GiveUp(int64_t number, int64_t after_us) {
  const auto it = exchanges_.find(number);
  if (it == exchanges_.end()) return;
  core_.scheduler.PostAfter(it->second.peer.actor, after_us,
                            [this, number] { Tell(number, true); });
}

void Network::Tell(int64_t number, bool lost) {
  auto exchange = exchanges_.extract(number);
  if (exchange.empty()) return;
  const Exchange& mapped = exchange.mapped();
  mapped.reply(*mapped.sent, lost);
}

void Network::OnEnd() {
  for (auto& [number, sent] : std::exchange(at_wallet_, {})) {
    sent->earliest_stamp = process_.stamps().EarliestSince(sent->sent_us, sent->earliest_stamp);
    auditor_.OnLost(*sent);
    GiveUp(number, random_.LogRange(1, 1'000'000));
  }
}

void Network::Heal() {
  knobs_.answer_lost = 0;
  knobs_.impatient = 0;
  knobs_.network_us = std::min<int64_t>(knobs_.network_us, 1000);
  healed_us_ = core_.clock.steady_us() + 2 * kMostWaitUs;
}

}  // namespace wallet::simulation
