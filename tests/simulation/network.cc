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
    for (size_t i = 0; i < sent_.size(); ++i) network_.OnAnswer(*sent_[i], AnswerOf(results[i]));
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
      knobs_(core.knobs.client),
      wire_(core.knobs.wire) {}

int Network::ShardOf(const Call& call) {
  if (call.kind == CallKind::kReviews) return call.shard % process_.engine().shard_count();
  return process_.engine().ShardOf(UserId(call.request.user));
}

void Network::Send(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                   Reply reply) {
  if (!process_.up()) {
    for (const Call& call : calls) Refuse(peer, call, reply);
    return;
  }
  // A connection's list of what is in review joins all shards', as they were at different
  // positions.
  const bool straight = !wire_.used || calls.front().kind == CallKind::kReviews;
  straight ? SendStraight(peer, calls, deadline_us, reply)
           : SendOverWire(peer, calls, deadline_us, reply);
}

void Network::SendOverWire(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                           const Reply& reply) {
  Line& line = Connect(peer);
  for (const Call& call : calls) {
    // How much of its time is left the wallet counts from when it arrives.
    line.caller->Send(Register(peer, call, line.number, INT64_MAX, reply), deadline_us);
  }
  line.caller->Flush();
  Endanger(peer, line.number);
}

Network::Line& Network::Connect(const Peer& peer) {
  std::erase_if(old_, [](const auto& caller) { return caller->ended(); });
  Line& line = lines_[peer.client];
  if (line.caller && line.caller->usable()) return line;
  if (line.caller) old_.push_back(std::move(line.caller));
  // The small numbers are the clients', for what they send straight.
  constexpr int64_t kFirst = 1'000'000;
  line.number = kFirst + next_line_++;
  line.caller = std::make_unique<Caller>(
      core_, random_.Fork(), *front_,
      Caller::Owner{[this](Sent& sent, Answer answer) { OnAnswer(sent, std::move(answer)); },
                    [this](Sent& sent) { OnAbandoned(sent); }});
  return line;
}

void Network::Endanger(const Peer& peer, int64_t line) {
  if (!random_.Chance(wire_.cut + wire_.half_closed + wire_.broken)) return;
  core_.scheduler.PostAfter(peer.actor, random_.LogRange(1, 2 * kMicrosPerSecond),
                            [this, peer, line] { EndLine(peer, line); });
}

void Network::EndLine(const Peer& peer, int64_t line) {
  const auto it = lines_.find(peer.client);
  if (it == lines_.end() || it->second.number != line) return;
  Caller& caller = *it->second.caller;
  const int64_t draw =
      random_.Range(1, std::max<Ppm>(1, wire_.cut + wire_.half_closed + wire_.broken));
  core_.trace.Note("end of a connection", {}, {line});
  if (draw <= wire_.half_closed) return caller.ShutdownSend();
  if (draw <= wire_.half_closed + wire_.broken) return caller.Break();
  caller.Cut();
}

void Network::SendStraight(const Peer& peer, const std::vector<Call>& calls, int64_t deadline_us,
                           const Reply& reply) {
  std::map<int, std::unique_ptr<Batch>> batches;
  for (const Call& call : calls) {
    std::unique_ptr<Batch>& batch = batches[ShardOf(call)];
    if (!batch) batch = std::make_unique<Batch>(*this);
    batch->deadline_us = deadline_us;
    batch->Add(Register(peer, call, peer.client, deadline_us, reply));
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

Sent& Network::Register(const Peer& peer, const Call& call, int64_t connection, int64_t deadline_us,
                        Reply reply) {
  const int shard = ShardOf(call);
  Sent& sent = auditor_.OnSend({.client = peer.client,
                                .connection = connection,
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

void Network::OnAnswer(Sent& sent, Answer answer) {
  sent.answered_us = core_.clock.steady_us();
  sent.earliest_stamp = process_.stamps().EarliestSince(sent.sent_us, sent.earliest_stamp);
  sent.latest_stamp = process_.stamps().Peek();
  sent.space_was_full = space_.WasFullSince(sent.sent_us);
  sent.space_was_free = space_.WasFreeSince(sent.sent_us);
  sent.answer = std::move(answer);
  // It may still be done, at a time that nobody knows.
  if (sent.answer.outcome == Outcome::kOutcomeUnknown) sent.earliest_stamp = 0;
  at_wallet_.erase(sent.number);
  auditor_.OnAnswer(sent);
  if (sent.sent_us > healed_us_ && sent.answered_us > sent.sent_us + kMostWaitUs) {
    core_.problems.Report(SubjectOf(sent), "answered too late");
  }
  Deliver(sent.number);
}

void Network::OnAbandoned(Sent& sent) {
  sent.earliest_stamp = 0;
  at_wallet_.erase(sent.number);
  auditor_.OnAbandoned(sent);
  GiveUp(sent.number, random_.LogRange(1, 1'000'000));
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

void Network::OnOpen() {
  if (wire_.used) front_ = std::make_unique<Front>(core_, process_.engine(), process_.clock());
}

void Network::OnEnd() {
  front_.reset();
  lines_.clear();
  old_.clear();
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
  wire_.cut = wire_.half_closed = wire_.broken = wire_.stuck = 0;
  healed_us_ = core_.clock.steady_us() + 2 * kMostWaitUs;
}

}  // namespace wallet::simulation
