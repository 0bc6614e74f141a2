#include "net/client/connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/client/limits.h"

namespace wallet::client {
namespace {

using std::chrono::steady_clock;

// Behind the operations of a Request: the tag and the value of timeout_ms.
constexpr size_t kTimeoutFieldBytes = 6;
constexpr size_t kArenaBlockBytes = 64 << 10;

google::protobuf::ArenaOptions StartingWith(std::vector<char>& block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  options.max_block_size = kArenaBlockBytes;
  return options;
}

size_t Clamped(int value, uint32_t most) {
  const size_t wanted = static_cast<size_t>(std::max(1, value));
  return std::clamp<size_t>(most, 1, wanted);
}

void AppendTimeout(SteadyTime deadline, std::string& out) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  v1::Request limit;
  limit.set_timeout_ms(static_cast<uint32_t>(
      std::clamp(left, std::chrono::milliseconds(1), kMaxServerTimeout).count()));
  limit.AppendToString(&out);
}

}  // namespace

Connection::Connection(boost::asio::io_context& context, const Options& options)
    : context_(context),
      options_(options),
      connect_timer_(context),
      reconnect_wait_(kShortestWait, kLongestReconnectWait),
      pause_timer_(context),
      refused_wait_(kShortestWait, kLongestRefusedWait),
      limited_timer_(context),
      limited_wait_(kShortestWait, kLongestLimitedWait),
      deadline_timer_(context),
      arena_block_(kArenaBlockBytes),
      arena_(StartingWith(arena_block_)) {
  boost::asio::post(context_, [this] {
    if (!closed_ && link_ == nullptr) Connect();
  });
}

void Connection::Post(UnitPtr unit) {
  if (inbox_.Put(std::move(unit))) boost::asio::post(context_, [this] { TakePosted(); });
}

void Connection::TakePosted() {
  inbox_.Take(taken_);
  for (UnitPtr& unit : taken_) Accept(std::move(unit));
  taken_.clear();
  if (closed_) return;
  WatchDeadlines();
  KeepConnected();
  Flush();
}

void Connection::Accept(UnitPtr unit) {
  if (closed_) return unit->GiveUp("the client was closed");
  open_.push_back(*unit);
  backlog_.Add(std::move(unit));
}

void Connection::Close() {
  closed_ = true;
  if (link_) link_->Close();
  link_.reset();
  connect_timer_.cancel();
  pause_timer_.cancel();
  limited_timer_.cancel();
  deadline_timer_.cancel();
  GiveUpAll("the client was closed");
  TakePosted();
}

void Connection::GiveUpAll(const std::string& why) {
  while (!open_.empty()) UnitPtr(&open_.front())->GiveUp(why);
  backlog_.Clear();
  limited_.clear();
  in_flight_.TakeAll();
}

// Once lost, it is opened again only when there is something to send.
void Connection::KeepConnected() {
  if (link_ != nullptr || waiting_to_connect_ || open_.empty()) return;
  waiting_to_connect_ = true;
  connect_timer_.expires_at(not_before_);
  connect_timer_.async_wait([this](Error) {
    waiting_to_connect_ = false;
    if (!closed_) Connect();
  });
}

void Connection::Connect() {
  Link::Owner& owner = *this;  // only here is the base known
  link_ = std::make_shared<Link>(context_, options_.address, owner);
  link_->Open();
  WatchConnect();
}

void Connection::WatchConnect() {
  connect_timer_.expires_after(kConnectTimeout);
  connect_timer_.async_wait([this, watched = std::weak_ptr(link_)](Error error) {
    if (error || ready_ || watched.lock() != link_ || link_ == nullptr) return;
    Drop(options_.address + " does not answer");
  });
}

void Connection::OnWelcome(const v1::Welcome& welcome) {
  const v1::Limits& limits = welcome.limits();
  const size_t frame_bytes =
      std::clamp<size_t>(limits.max_frame_bytes(), 4'096, kMaxAnswerFrameBytes);
  link_->set_max_frame_bytes(frame_bytes);
  limits_.body_bytes = frame_bytes - kFrameHeaderBytes - kTimeoutFieldBytes;
  limits_.operations = Clamped(options_.max_batch, limits.max_operations_per_frame());
  in_flight_.set_capacity(
      std::min(Clamped(options_.max_in_flight, limits.max_frames_in_flight()), kMaxFramesInFlight));
  epoch_ = welcome.epoch();
  ready_ = true;
  connect_timer_.cancel();
}

void Connection::OnLost(std::string why) {
  const bool was_ready = std::exchange(ready_, false);
  link_.reset();
  connect_timer_.cancel();
  why_ = std::move(why);
  ReturnLost();
  if (!options_.retry && !was_ready) GiveUpAll(why_);
  not_before_ = steady_clock::now() + reconnect_wait_.Next();
  KeepConnected();
}

void Connection::Drop(std::string why) {
  link_->Close();
  OnLost(std::move(why));
}

void Connection::ReturnLost() {
  std::vector<Run> lost;
  for (Frame& frame : in_flight_.TakeAll()) {
    for (size_t at = frame.at; at < frame.runs.size(); ++at) {
      Run& run = frame.runs[at];
      for (uint32_t i = run.first; i < run.first + run.count; ++i) run.unit->Lose(i);
      lost.push_back(std::move(run));
    }
  }
  if (options_.retry) return backlog_.Return(std::move(lost));
  for (const Run& run : lost) {
    for (uint32_t i = run.first; i < run.first + run.count; ++i) run.unit->GiveUp(i, why_);
  }
}

void Connection::Flush() {
  if (!ready_ || paused_ || link_->writing()) return;
  while (!in_flight_.full() && link_->output().size() < kWriteBytes && AppendFrame()) {
  }
  link_->Write();
}

bool Connection::AppendFrame() {
  std::string& out = link_->output();
  const size_t header_at = out.size();
  if (in_flight_.empty()) quiet_since_ = steady_clock::now();
  const uint64_t id = in_flight_.Add({});
  AppendFrameHeader({.kind = FrameKind::kRequest, .request_id = id}, out);
  Frame frame = backlog_.Take(limits_, out);
  if (frame.operations == 0) {
    in_flight_.Remove(id);
    out.resize(header_at);
    return false;
  }
  AppendTimeout(frame.deadline, out);
  SetBodySize(out, header_at);
  *in_flight_.Find(id) = std::move(frame);
  return true;
}

void Connection::OnResponse(uint64_t request_id, std::string_view body) {
  Frame* const frame = in_flight_.Find(request_id);
  const auto response = WireResponse::Of(body);
  if (frame == nullptr || !response || !Deliver(*frame, *response)) {
    return Drop(options_.address + " sent an answer that fits no request");
  }
  if (!response->more()) in_flight_.Remove(request_id);
  reconnect_wait_.Reset();
  quiet_since_ = steady_clock::now();
}

bool Connection::Deliver(Frame& frame, const WireResponse& response) {
  const bool fits = response.more() ? response.results() < frame.operations
                                    : response.results() == frame.operations;
  if (!fits) return false;
  arena_.Reset();
  std::vector<Run> refused;
  const bool readable = response.ForEachResult([&](std::string_view bytes) {
    if (!result_.Read(bytes, arena_)) return false;
    Run& run = frame.runs[frame.at];
    if (!run.unit->Receive(run.first, result_, epoch_, options_.retry)) {
      (result_.code == Code::kRateLimited ? limited_ : refused).push_back({run.unit, run.first, 1});
    }
    ++run.first;
    if (--run.count == 0) ++frame.at;
    --frame.operations;
    return true;
  });
  if (!limited_.empty()) AwaitTokens();
  if (refused.empty()) {
    if (readable) refused_wait_.Reset();
    return readable;
  }
  backlog_.Return(std::move(refused));
  Pause();
  return readable;
}

void Connection::Pause() {
  if (std::exchange(paused_, true)) return;
  pause_timer_.expires_after(refused_wait_.Next());
  pause_timer_.async_wait([this](Error) {
    paused_ = false;
    if (!closed_) Flush();
  });
}

void Connection::AwaitTokens() {
  if (std::exchange(awaiting_tokens_, true)) return;
  if (steady_clock::now() - limited_sent_ > kLongestLimitedWait) limited_wait_.Reset();
  limited_timer_.expires_after(limited_wait_.Next());
  limited_timer_.async_wait([this](Error) {
    awaiting_tokens_ = false;
    limited_sent_ = steady_clock::now();
    backlog_.Return(std::exchange(limited_, {}));
    if (!closed_) Flush();
  });
}

void Connection::WatchDeadlines() {
  if (open_.empty() || watching_) return;
  watching_ = true;
  deadline_timer_.expires_at(open_.front().deadline());
  deadline_timer_.async_wait([this](Error) {
    watching_ = false;
    if (closed_) return;
    Expire();
    WatchDeadlines();
  });
}

void Connection::Expire() {
  const SteadyTime now = steady_clock::now();
  bool expired = false;
  while (!open_.empty() && open_.front().deadline() <= now) {
    UnitPtr(&open_.front())->GiveUp(ready_ ? "no answer within the time limit" : why_);
    expired = true;
  }
  backlog_.DropDone();
  if (expired && ready_ && !in_flight_.empty() && now - quiet_since_ > kSilence) {
    Drop(options_.address + " has stopped answering");
  }
}

}  // namespace wallet::client
