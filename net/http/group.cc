#include "net/http/group.h"

#include <chrono>
#include <string>
#include <utility>

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
    if (const auto alive = group.lock()) alive->sessions_.Remove(session);
  };
  auto session = std::make_shared<HttpSession>(std::move(socket), services_, on_closed);
  sessions_.Add(session);
  session->Start();
}

void HttpGroup::Close() {
  closed_ = true;
  timer_.cancel();
  for (const auto& session : sessions_.TakeAll()) session->Close();
}

void HttpGroup::ScheduleTick() {
  timer_.expires_after(std::chrono::microseconds(kSessionTickUs));
  timer_.async_wait([self = shared_from_this()](auto) {
    if (self->closed_) return;
    self->Tick();
    self->ScheduleTick();
  });
}

void HttpGroup::Tick() { sessions_.Tick(services_->clock.SteadyMicros()); }

}  // namespace wallet
