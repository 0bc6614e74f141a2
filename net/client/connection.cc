#include "net/client/connection.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstring>
#include <utility>

#include "wal/base/clock.h"

namespace wallet::client {
namespace {

namespace asio = boost::asio;

constexpr size_t kReadBytes = 256 << 10;
constexpr auto kFirstBackoff = std::chrono::milliseconds(20);
constexpr int kMostBackoffDoublings = 6;
constexpr auto kRetryAfter = std::chrono::milliseconds(50);
constexpr auto kDeadlineTick = std::chrono::milliseconds(10);
// The time limit of a Request is a field after its operations; room for it in a frame.
constexpr size_t kTimeoutFieldBytes = 8;

std::pair<std::string, std::string> SplitAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return {address, ""};
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return {host, address.substr(colon + 1)};
}

std::string HelloFrame() {
  v1::Hello hello;
  hello.set_min_version(kProtocolVersion);
  hello.set_max_version(kProtocolVersion);
  hello.set_client("wallet-cpp");
  const std::string body = hello.SerializeAsString();
  std::string bytes(kMagic);
  AppendFrameHeader({.body_size = static_cast<uint32_t>(body.size()), .kind = FrameKind::kHello},
                    bytes);
  return bytes + body;
}

}  // namespace

int64_t SteadyNow() { return SystemClock().SteadyMicros(); }

Connection::Connection(asio::io_context& context, const Options& options)
    : context_(context),
      options_(options),
      resolver_(context),
      socket_(context),
      reconnect_(context),
      deadlines_(context),
      max_batch_(static_cast<size_t>(std::max(1, options.max_batch))),
      max_in_flight_(static_cast<size_t>(std::max(1, options.max_in_flight))) {}

void Connection::Post(std::shared_ptr<Unit> unit) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(unit));
  }
  if (first) asio::post(context_, [self = shared_from_this()] { self->TakePosted(); });
}

void Connection::TakePosted() {
  std::vector<std::shared_ptr<Unit>> posted;
  {
    std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (auto& unit : posted) Queue(std::move(unit));
  if (state_ == State::kDisconnected && life_ == 0) Connect();
  Flush();
}

void Connection::Queue(std::shared_ptr<Unit> unit) {
  unit->Start();
  if (state_ == State::kClosed) return unit->GiveUp("the client was closed");
  for (size_t i = 0; i < unit->size(); ++i) waiting_.push_back({unit, i});
  by_deadline_.push_back(std::move(unit));
  WatchDeadlines();
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  TakePosted();
  state_ = State::kClosed;
  ++life_;
  Error ignored;
  socket_.close(ignored);
  resolver_.cancel();
  reconnect_.cancel();
  deadlines_.cancel();
  for (const auto& unit : std::exchange(by_deadline_, {})) {
    if (!unit->done()) unit->GiveUp("the client was closed");
  }
  waiting_.clear();
  in_flight_.clear();
}

void Connection::Connect() {
  state_ = State::kConnecting;
  const uint64_t life = ++life_;
  const auto [host, port] = SplitAddress(options_.address);
  resolver_.async_resolve(host, port,
                          [self = shared_from_this(), life](Error error, auto endpoints) {
                            self->OnResolved(life, error, std::move(endpoints));
                          });
}

void Connection::OnResolved(uint64_t life, Error error, tcp::resolver::results_type endpoints) {
  if (life != life_) return;
  if (error) return Drop("can't resolve " + options_.address + ": " + error.message());
  asio::async_connect(socket_, endpoints,
                      [self = shared_from_this(), life](Error failed, const tcp::endpoint&) {
                        self->OnConnected(life, failed);
                      });
}

void Connection::OnConnected(uint64_t life, Error error) {
  if (life != life_) return;
  if (error) return Drop("can't connect to " + options_.address + ": " + error.message());
  Error ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  state_ = State::kGreeting;
  outgoing_ = HelloFrame();
  input_size_ = 0;
  Write(life);
  Read(life);
}

void Connection::OnWelcome(const ParsedFrame& frame) {
  v1::Welcome welcome;
  if (!welcome.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size()))) {
    return Drop(options_.address + " does not speak the wallet protocol");
  }
  if (welcome.version() != kProtocolVersion) {
    return Drop(options_.address + " refused the connection: " + welcome.error().message());
  }
  const v1::Limits& limits = welcome.limits();
  epoch_ = welcome.epoch();
  max_frame_bytes_ = std::max<size_t>(limits.max_frame_bytes(), 4096);
  max_batch_ = std::clamp<size_t>(limits.max_operations_per_frame(), 1,
                                  static_cast<size_t>(std::max(1, options_.max_batch)));
  max_in_flight_ = std::clamp<size_t>(limits.max_frames_in_flight(), 1,
                                      static_cast<size_t>(std::max(1, options_.max_in_flight)));
  state_ = State::kReady;
  failures_ = 0;
  Flush();
}

void Connection::Drop(std::string why) {
  if (state_ == State::kClosed) return;
  state_ = State::kDisconnected;
  why_ = std::move(why);
  ++life_;
  ++failures_;
  Error ignored;
  socket_.close(ignored);
  outgoing_.clear();
  write_under_way_ = false;
  // In the order sent, before what has not been sent yet.
  std::vector<uint64_t> frames;
  for (const auto& [id, entries] : in_flight_) frames.push_back(id);
  std::sort(frames.rbegin(), frames.rend());
  for (const uint64_t id : frames) {
    auto& entries = in_flight_[id];
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (entry->unit->done() || entry->unit->answered(entry->index)) continue;
      entry->unit->Lose(entry->index);
      if (options_.retry) {
        waiting_.push_front(std::move(*entry));
      } else {
        entry->unit->GiveUp(why_);
      }
    }
  }
  in_flight_.clear();
  ConnectLater();
}

void Connection::ConnectLater() {
  const auto delay = kFirstBackoff * (1 << std::min(failures_ - 1, kMostBackoffDoublings));
  reconnect_.expires_after(failures_ == 1 ? decltype(delay)(0) : delay);
  reconnect_.async_wait([self = shared_from_this(), life = life_](Error error) {
    if (!error && life == self->life_) self->Connect();
  });
}

void Connection::Read(uint64_t life) {
  if (input_.size() < input_size_ + kReadBytes) input_.resize(input_size_ + 2 * kReadBytes);
  socket_.async_read_some(asio::buffer(input_.data() + input_size_, input_.size() - input_size_),
                          [self = shared_from_this(), life](Error error, size_t size) {
                            self->OnRead(life, error, size);
                          });
}

void Connection::OnRead(uint64_t life, Error error, size_t size) {
  if (life != life_) return;
  if (error) return Drop("the connection to " + options_.address + " was lost: " + error.message());
  input_size_ += size;
  size_t used = 0;
  while (life == life_) {
    const ParsedFrame frame =
        ParseFrame(std::string_view(input_.data() + used, input_size_ - used), max_frame_bytes_);
    if (frame.state == ParsedFrame::State::kError) {
      return Drop(options_.address + " sent an unreadable frame");
    }
    if (frame.state == ParsedFrame::State::kNeedMore) break;
    OnFrame(frame);
    used += frame.consumed;
  }
  if (life != life_) return;
  input_size_ -= used;
  std::memmove(input_.data(), input_.data() + used, input_size_);
  Flush();
  Read(life);
}

void Connection::OnFrame(const ParsedFrame& frame) {
  switch (frame.header.kind) {
    case FrameKind::kWelcome:
      if (state_ == State::kGreeting) return OnWelcome(frame);
      break;
    case FrameKind::kResponse:
      if (state_ == State::kReady) return OnResponse(frame);
      break;
    case FrameKind::kGoodbye: {
      v1::Error error;
      error.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size()));
      return Drop(options_.address + " closed the connection: " + error.message());
    }
    default:
      break;
  }
  Drop(options_.address + " sent a frame out of place");
}

void Connection::OnResponse(const ParsedFrame& frame) {
  const auto it = in_flight_.find(frame.header.request_id);
  google::protobuf::Arena arena;
  auto& response = *google::protobuf::Arena::CreateMessage<v1::Response>(&arena);
  if (it == in_flight_.end() ||
      !response.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size())) ||
      response.results_size() != static_cast<int>(it->second.size())) {
    return Drop(options_.address + " sent an answer that fits no request");
  }
  const std::vector<Entry> entries = std::move(it->second);
  in_flight_.erase(it);
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (entry.unit->done()) continue;
    const bool answered = entry.unit->Receive(entry.index, response.results(static_cast<int>(i)),
                                              epoch_, options_.retry);
    if (!answered) RetryLater(entry);
  }
}

void Connection::RetryLater(Entry entry) {
  auto timer = std::make_shared<asio::steady_timer>(context_, kRetryAfter);
  timer->async_wait([self = shared_from_this(), entry = std::move(entry), timer](Error) {
    if (self->state_ == State::kClosed || entry.unit->done()) return;
    self->waiting_.push_back(entry);
    self->Flush();
  });
}

void Connection::Flush() {
  if (state_ != State::kReady || write_under_way_) return;
  while (!waiting_.empty() && in_flight_.size() < max_in_flight_) AppendFrame();
  if (!outgoing_.empty()) Write(life_);
}

void Connection::AppendFrame() {
  const size_t header_at = outgoing_.size();
  outgoing_.append(kFrameHeaderBytes, '\0');
  const uint64_t id = next_frame_++;
  std::vector<Entry> entries;
  while (!waiting_.empty() && entries.size() < max_batch_) {
    Entry& next = waiting_.front();
    if (!next.unit->done()) {
      const size_t size = outgoing_.size() - header_at + next.unit->bytes(next.index);
      if (!entries.empty() && size + kTimeoutFieldBytes > max_frame_bytes_) break;
      outgoing_.append(next.unit->Send(next.index));
      entries.push_back(std::move(next));
    }
    waiting_.pop_front();
  }
  if (entries.empty()) return outgoing_.resize(header_at);
  v1::Request limit;
  const int64_t left_us = entries.front().unit->deadline_us() - SteadyNow();
  limit.set_timeout_ms(static_cast<uint32_t>(std::clamp<int64_t>(left_us / 1000, 1, 30'000)));
  limit.AppendToString(&outgoing_);
  std::string header;
  AppendFrameHeader(
      {.body_size = static_cast<uint32_t>(outgoing_.size() - header_at - kFrameHeaderBytes),
       .kind = FrameKind::kRequest,
       .request_id = id},
      header);
  outgoing_.replace(header_at, kFrameHeaderBytes, header);
  in_flight_.emplace(id, std::move(entries));
}

void Connection::Write(uint64_t life) {
  write_under_way_ = true;
  writing_.clear();
  writing_.swap(outgoing_);
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), life](Error error, size_t) {
                      if (life != self->life_) return;
                      self->write_under_way_ = false;
                      // A failed write is seen by the read as well, which knows more.
                      if (!error) self->Flush();
                    });
}

void Connection::WatchDeadlines() {
  if (std::exchange(watching_, true)) return;
  deadlines_.expires_after(kDeadlineTick);
  deadlines_.async_wait([self = shared_from_this()](Error error) {
    self->watching_ = false;
    if (error) return;
    self->ExpireUnits();
    if (!self->by_deadline_.empty()) self->WatchDeadlines();
  });
}

void Connection::ExpireUnits() {
  const int64_t now_us = SteadyNow();
  bool expired = false;
  while (!by_deadline_.empty()) {
    const std::shared_ptr<Unit> unit = by_deadline_.front();
    if (!unit->done()) {
      if (unit->deadline_us() > now_us) break;
      expired = true;
      unit->GiveUp(state_ == State::kReady ? "no answer within the time limit" : why_);
    }
    by_deadline_.pop_front();
  }
  // A server that owes an answer for so long is not to be waited for.
  if (expired && !in_flight_.empty()) Drop("no answer within the time limit");
}

}  // namespace wallet::client
