#include "tests/simulation/operator.h"

#include <utility>

#include "engine/ledger/types.h"

namespace wallet::simulation {

Operator::Operator(Core& core, Network& network, Process& process, const Memory& memory,
                   std::vector<SimulatedBank*> banks)
    : core_(core),
      network_(network),
      process_(process),
      memory_(memory),
      banks_(std::move(banks)),
      random_(core.random.Fork()),
      peer_{kNumber, core.scheduler.AddActor()} {}

void Operator::Look() {
  for (int shard = 0; process_.up() && shard < process_.engine().shard_count(); ++shard) {
    Call call;
    call.kind = CallKind::kReviews;
    call.shard = shard;
    call.query.limit = random_.LogRange(1, 20);
    Send(call);
  }
  if (!healed_ && random_.Chance(kAlways / 10)) Guess();
  const int64_t pause_us = healed_ ? kMicrosPerSecond : random_.LogRange(1000, 30'000'000);
  core_.scheduler.PostAfter(peer_.actor, pause_us, [this] { Look(); });
}

void Operator::Guess() {
  const auto& pending = memory_.pending();
  if (pending.empty()) return;
  const auto [user, id] = pending[static_cast<size_t>(random_.Next() % pending.size())];
  Decide(user, id);
}

void Operator::Send(const Call& call) {
  ++under_way_;
  network_.Send(peer_, {call}, INT64_MAX,
                [this](const Sent& sent, bool lost) { OnReply(sent, lost); });
}

// What is lost is found again by the next look.
void Operator::OnReply(const Sent& sent, bool lost) {
  --under_way_;
  if (lost || sent.call.kind != CallKind::kReviews) return;
  for (const model::Transaction& each : sent.answer.transactions) Decide(each.user, each.id);
}

// It was sent to one of the banks: the others have never heard of it.
void Operator::Decide(int64_t user, int64_t id) {
  Call call;
  call.kind = CallKind::kResolve;
  call.request.user = user;
  call.id = id;
  const std::string reference = Reference(Epoch(7), UserId(user), TransactionId(id));
  for (SimulatedBank* bank : banks_) call.paid |= bank->Settle(reference);
  Send(call);
}

}  // namespace wallet::simulation
