#include "net/http/group.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "net/limits.h"
#include "net/write_last.h"

namespace wallet {
namespace {

void TurnAway(TcpSocket socket) {
  std::string answer;
  AppendResponse(AnswerRefusal({Outcome::kOverloaded, "",
                                "The server has no room for another connection; nothing was done. "
                                "Wait, then try again."}),
                 {}, answer);
  WriteLast(socket, answer);
}

}  // namespace

HttpGroup::HttpGroup(std::shared_ptr<HttpServices> services)
    : services_(std::move(services)), timer_(services_->home.context()) {}

void HttpGroup::Start() { ScheduleTick(); }

void HttpGroup::Add(TcpSocket socket) {
  if (closed_) return;
  if (!services_->state->Admit()) return TurnAway(std::move(socket));
  const auto on_closed = [group = weak_from_this(),
                          state = services_->state](HttpSession& session) {
    state->Leave();
    if (const auto alive = group.lock()) alive->sessions_.erase(&session);
  };
  auto session = std::make_shared<HttpSession>(std::move(socket), services_, on_closed);
  sessions_.emplace(session.get(), session);
  session->Start();
}

void HttpGroup::Close() {
  closed_ = true;
  timer_.cancel();
  const auto sessions = std::exchange(sessions_, {});
  for (const auto& [key, session] : sessions) session->Close();
}

void HttpGroup::ScheduleTick() {
  timer_.expires_after(std::chrono::microseconds(kSessionTickUs));
  timer_.async_wait([self = shared_from_this()](auto) {
    if (self->closed_) return;
    self->Tick();
    self->ScheduleTick();
  });
}

void HttpGroup::Tick() {
  const int64_t now_us = services_->clock.SteadyMicros();
  std::vector<std::shared_ptr<HttpSession>> sessions;  // Tick may close, and so erase
  sessions.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) sessions.push_back(session);
  for (const auto& session : sessions) session->Tick(now_us);
}

}  // namespace wallet
