#include "tests/simulation/caller.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "net/client/call.h"
#include "net/client/codec.h"
#include "net/client/limits.h"
#include "net/client/wire_response.h"
#include "net/client/wire_result.h"
#include "net/limits.h"
#include "net/proto/frame.h"
#include "tests/simulation/wire_words.h"

namespace wallet::simulation {
namespace {

using client::Unit;

client::SteadyTime TimeOf(int64_t us) { return client::SteadyTime(std::chrono::microseconds(us)); }

void AppendHello(std::string& out) {
  v1::Hello hello;
  hello.set_min_version(kProtocolVersion);
  hello.set_max_version(kProtocolVersion);
  hello.set_client("simulated");
  out.append(kMagic);
  const size_t header_at = out.size();
  AppendFrameHeader({.kind = FrameKind::kHello}, out);
  hello.AppendToString(&out);
  SetBodySize(out, header_at);
}

}  // namespace

Caller::Caller(Core& core, SimRandom random, Front& front, Owner owner)
    : core_(core), random_(random), owner_(std::move(owner)) {
  cable_ = front.Connect(random_.Fork(), {[this](std::string_view bytes) { OnBytes(bytes); },
                                          [this] { OnEndByWallet(); }});
  std::string hello;
  AppendHello(hello);
  cable_->Send(hello);
}

void Caller::Send(Sent& sent, int64_t deadline_us) {
  open_.emplace(sent.number, &sent);
  const int64_t latest_us = core_.clock.steady_us() + 30 * kMicrosPerSecond;
  backlog_.Add(UnitOf(sent, TimeOf(std::min(deadline_us, latest_us))));
}

void Caller::Flush() {
  if (!welcomed_ || state_ != State::kOpen) return;
  std::string out;
  while (!in_flight_.full() && AppendFrame(out)) {
  }
  cable_->Send(out);
}

bool Caller::AppendFrame(std::string& out) {
  const size_t header_at = out.size();
  const uint64_t id = in_flight_.Add({});
  AppendFrameHeader({.kind = FrameKind::kRequest, .request_id = id}, out);
  client::Frame frame = backlog_.Take(limits_, out);
  if (frame.operations == 0) {
    in_flight_.Remove(id);
    out.resize(header_at);
    return false;
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      frame.deadline - TimeOf(core_.clock.steady_us()));
  v1::Request limit;
  limit.set_timeout_ms(static_cast<uint32_t>(
      std::clamp(left, std::chrono::milliseconds(1), client::kMaxServerTimeout).count()));
  limit.AppendToString(&out);
  SetBodySize(out, header_at);
  *in_flight_.Find(id) = std::move(frame);
  return true;
}

void Caller::Cut() {
  if (state_ == State::kEnded) return;
  cable_->Cut();
  OnEnd();
}

void Caller::ShutdownSend() {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  cable_->ShutdownSend();
}

void Caller::Break() {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  std::string frame;
  AppendFrameHeader({.kind = static_cast<FrameKind>(random_.Range(6, 255))}, frame);
  cable_->Send(frame);
}

void Caller::OnBytes(std::string_view bytes) {
  input_.append(bytes);
  size_t taken = 0;
  while (state_ != State::kEnded) {
    const ParsedFrame frame =
        ParseFrame(std::string_view(input_).substr(taken), client::kMaxAnswerFrameBytes);
    if (frame.state == ParsedFrame::State::kError) {
      core_.problems.Report({}, "the wallet sent what is no frame");
    }
    if (frame.state != ParsedFrame::State::kFrame) break;
    taken += frame.consumed;
    OnFrame(frame.header.kind, frame.header.request_id, frame.body);
  }
  input_.erase(0, taken);
  Flush();
}

void Caller::OnFrame(FrameKind kind, uint64_t request_id, std::string_view body) {
  if (kind == FrameKind::kWelcome && !welcomed_) return OnWelcome(body);
  if (kind == FrameKind::kResponse) return OnResponse(request_id, body);
  if (kind == FrameKind::kGoodbye) return core_.trace.Note("goodbye", {}, {}, body);
  core_.problems.Report({}, "the wallet sent a frame that has no place here");
}

void Caller::OnWelcome(std::string_view body) {
  v1::Welcome welcome;
  const bool read = welcome.ParseFromArray(body.data(), static_cast<int>(body.size()));
  if (!read || welcome.has_error()) core_.problems.Report({}, "the wallet refused a good hello");
  constexpr size_t kTimeoutFieldBytes = 6;
  limits_.body_bytes = welcome.limits().max_frame_bytes() - kFrameHeaderBytes - kTimeoutFieldBytes;
  limits_.operations = welcome.limits().max_operations_per_frame();
  in_flight_.set_capacity(static_cast<size_t>(core_.knobs.wire.in_flight));
  epoch_ = welcome.epoch();
  welcomed_ = true;
}

void Caller::OnResponse(uint64_t request_id, std::string_view body) {
  client::Frame* const frame = in_flight_.Find(request_id);
  const auto response = client::WireResponse::Of(body);
  if (!response || frame == nullptr || response->results() > frame->operations ||
      (!response->more() && response->results() < frame->operations)) {
    return core_.problems.Report({}, "the wallet sent an answer that fits no request");
  }
  google::protobuf::Arena arena;
  client::WireResult result;
  const bool read = response->ForEachResult([&](std::string_view bytes) {
    if (!result.Read(bytes, arena)) return false;
    client::Run& run = frame->runs[frame->at];
    run.unit->Receive(run.first++, result, epoch_, /*retry=*/false);
    if (--run.count == 0) ++frame->at;
    return true;
  });
  if (!read) return core_.problems.Report({}, "the wallet sent a result that can't be read");
  frame->operations -= response->results();
  if (!response->more()) in_flight_.Remove(request_id);
}

// However a connection ends, what was read of it is answered first: unless what is written is not
// taken in time.
void Caller::OnEndByWallet() {
  const ScheduleKnobs& schedule = core_.knobs.schedule;
  const bool in_time = cable_->slowest_write_us() < kMicrosPerSecond &&
                       (schedule.stall == 0 || schedule.stall_us < kWriteTimeoutUs / 3);
  if (in_time && !in_flight_.empty()) {
    core_.problems.Report({}, "the wallet ended a connection with requests unanswered");
  }
  OnEnd();
}

void Caller::OnEnd() {
  if (std::exchange(state_, State::kEnded) == State::kEnded) return;
  cable_->Cut();
  backlog_.Clear();
  in_flight_.TakeAll();
  for (const auto& [number, sent] : std::exchange(open_, {})) owner_.on_lost(*sent);
}

void Caller::Answered(Sent& sent, Answer answer) {
  open_.erase(sent.number);
  owner_.on_answer(sent, std::move(answer));
}

template <class A>
auto Caller::Done(Sent& sent) {
  return [this, &sent](A answer) {
    if constexpr (std::is_same_v<A, client::BalanceAnswer>) {
      Answered(sent, AnswerOf(answer, sent.call));
    } else {
      Answered(sent, AnswerOf(answer));
    }
  };
}

client::UnitPtr Caller::UnitOf(Sent& sent, client::SteadyTime deadline) {
  const auto make = [&]<class A>(Unit::Kind kind, A*) {
    client::UnitPtr unit(new client::Call<A>(kind, deadline, Done<A>(sent)));
    EncodeCall(sent.call, unit->buffer());
    unit->Seal(sent.call.kind == CallKind::kList ? sent.call.query.limit : 0);
    return unit;
  };
  switch (sent.call.kind) {
    case CallKind::kWrite:
    case CallKind::kResolve:
      return make(Unit::Kind::kWrite, static_cast<client::WriteAnswer*>(nullptr));
    case CallKind::kBalance:
      return make(Unit::Kind::kRead, static_cast<client::BalanceAnswer*>(nullptr));
    case CallKind::kById:
    case CallKind::kByKey:
      return make(Unit::Kind::kRead, static_cast<client::TransactionAnswer*>(nullptr));
    case CallKind::kList:
    case CallKind::kReviews:
      break;
  }
  return make(Unit::Kind::kRead, static_cast<client::PageAnswer*>(nullptr));
}

}  // namespace wallet::simulation
