#include "net/session_group.h"

#include <chrono>
#include <string>
#include <utility>

#include "net/limits.h"
#include "net/session_hello.h"
#include "net/tcp_stream.h"
#include "net/write_last.h"

namespace wallet {
namespace {

void TurnAway(TcpSocket socket) {
  std::string goodbye;
  AppendGoodbye(Outcome::kOverloaded, "the server has no room for another connection", goodbye);
  WriteLast(socket, goodbye);
}

bool IsOnThisMachine(const TcpSocket& socket) {
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return false;
  const boost::asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
        .is_loopback();
  }
  return address.is_loopback();
}

}  // namespace

SessionGroup::SessionGroup(std::shared_ptr<SessionServices> services)
    : services_(std::move(services)), timer_(services_->home.context()) {}

void SessionGroup::Start() { ScheduleTick(); }

void SessionGroup::Add(TcpSocket socket) {
  if (closed_) return;
  if (!services_->state->Admit()) return TurnAway(std::move(socket));
  const auto on_closed = [group = weak_from_this(), state = services_->state](Session& session) {
    state->Leave();
    if (const auto alive = group.lock()) alive->sessions_.Remove(session);
  };
  const bool local = IsOnThisMachine(socket);
  auto session = std::make_shared<Session>(std::make_unique<TcpStream>(std::move(socket)),
                                           services_, on_closed);
  if (local) session->ServeOperators();
  sessions_.Add(session);
  session->Start();
}

void SessionGroup::Close() {
  closed_ = true;
  timer_.cancel();
  for (const auto& session : sessions_.TakeAll()) {
    session->CloseSaying(Outcome::kShuttingDown, "");
  }
}

void SessionGroup::ScheduleTick() {
  timer_.expires_after(std::chrono::microseconds(kSessionTickUs));
  timer_.async_wait([self = shared_from_this()](auto) {
    if (self->closed_) return;
    self->Tick();
    self->ScheduleTick();
  });
}

void SessionGroup::Tick() { sessions_.Tick(services_->clock.SteadyMicros()); }

}  // namespace wallet
