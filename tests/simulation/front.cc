#include "tests/simulation/front.h"

#include <utility>

#include "net/limits.h"

namespace wallet::simulation {

Front::Front(Core& core, Engine& engine, const Clock& clock)
    : core_(core), io_(core.scheduler.MakeExecutor()), home_(*io_) {
  const ServerIdentity identity{.version = "simulated",
                                .epoch = engine.epoch().ToString(),
                                .bank = std::string(engine.bank_name()),
                                .default_currency = engine.default_currency()};
  services_.reset(new SessionServices{engine, home_, clock, identity,
                                      core.knobs.wire.request_timeout_us,
                                      std::make_shared<ListenerState>(),
                                      RequestReader(identity.default_currency), ResponseWriter()});
  ScheduleTick();
}

Front::~Front() {
  for (const auto& cable : cables_) {
    if (const auto alive = cable.lock()) alive->Forget();
  }
  home_.Stop();
  sessions_.clear();
  for (const auto& session : all_sessions_) {
    if (!session.expired()) core_.problems.Report({}, "a session owns itself");
  }
}

std::shared_ptr<Cable> Front::Connect(SimRandom random, Cable::Peer peer) {
  const int64_t delay_us = random.LogRange(1, core_.knobs.wire.latency_us);
  auto cable = std::make_shared<Cable>(core_, random, *io_, std::move(peer));
  std::erase_if(cables_, [](const auto& other) { return other.expired(); });
  cables_.push_back(cable);
  io_->PostAfter(delay_us, [this, cable] { Accept(cable); });
  return cable;
}

void Front::Accept(const std::shared_ptr<Cable>& cable) {
  const auto on_closed = [this](Session& closed) {
    std::erase_if(sessions_, [&](const auto& session) { return session.get() == &closed; });
  };
  sessions_.push_back(std::make_shared<Session>(cable->WalletEnd(), services_, on_closed));
  all_sessions_.push_back(sessions_.back());
  sessions_.back()->Start();
}

void Front::ScheduleTick() {
  io_->PostAfter(kSessionTickUs, [this] {
    Tick();
    ScheduleTick();
  });
}

void Front::Tick() {
  const auto sessions = sessions_;  // a tick may close, and so erase
  for (const auto& session : sessions) session->Tick(services_->clock.SteadyMicros());
}

}  // namespace wallet::simulation
