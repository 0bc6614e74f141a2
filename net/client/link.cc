#include "net/client/link.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "wal/base/check.h"

namespace wallet::client {
namespace {

namespace asio = boost::asio;

struct HostPort {
  std::string host;
  std::string port;
};

// HOST:PORT or [IPv6]:PORT.
std::optional<HostPort> Split(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  HostPort split{address.substr(0, colon), address.substr(colon + 1)};
  uint16_t port = 0;
  const char* end = split.port.data() + split.port.size();
  const auto [parsed, error] = std::from_chars(split.port.data(), end, port);
  if (error != std::errc() || parsed != end || port == 0) return std::nullopt;
  if (split.host.front() == '[' && split.host.back() == ']') {
    split.host = split.host.substr(1, split.host.size() - 2);
  }
  return split;
}

void AppendHello(std::string& out) {
  v1::Hello hello;
  hello.set_min_version(kProtocolVersion);
  hello.set_max_version(kProtocolVersion);
  hello.set_client("wallet-cpp");
  out.append(kMagic);
  const size_t header_at = out.size();
  AppendFrameHeader({.kind = FrameKind::kHello}, out);
  hello.AppendToString(&out);
  SetBodySize(out, header_at);
}

template <class Message>
bool Parse(std::string_view body, Message& message) {
  return message.ParseFromArray(body.data(), static_cast<int>(body.size()));
}

}  // namespace

Link::Link(asio::io_context& context, std::string address, Owner& owner)
    : address_(std::move(address)),
      owner_(&owner),
      resolver_(context),
      socket_(context),
      input_(kReadBytes) {}

void Link::Open() {
  const auto split = Split(address_);
  if (split) return Resolve(split->host, split->port);
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->Lose("\"" + self->address_ + "\" is no address HOST:PORT");
  });
}

void Link::Resolve(const std::string& host, const std::string& port) {
  resolver_.async_resolve(
      host, port, [self = shared_from_this()](Error error, tcp::resolver::results_type endpoints) {
        if (error) return self->Lose("cannot resolve " + self->address_ + ": " + error.message());
        self->Connect(endpoints);
      });
}

void Link::Connect(const tcp::resolver::results_type& endpoints) {
  if (owner_ == nullptr) return;
  asio::async_connect(
      socket_, endpoints,
      [self = shared_from_this()](Error error, const tcp::endpoint&) { self->OnConnected(error); });
}

void Link::OnConnected(Error error) {
  if (owner_ == nullptr) return;
  if (error) return Lose("cannot connect to " + address_ + ": " + error.message());
  Error ignored;  // a socket without these still works
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  AppendHello(output_);
  Write();
  Read();
}

void Link::Close() {
  owner_ = nullptr;
  resolver_.cancel();
  Error ignored;
  socket_.close(ignored);
}

void Link::Lose(const std::string& why) {
  Owner* const owner = std::exchange(owner_, nullptr);
  if (owner == nullptr) return;
  Close();
  owner->OnLost(why);
}

void Link::Write() {
  WALLET_CHECK(!writing_);
  if (output_.empty()) return;
  writing_ = true;
  asio::async_write(socket_, asio::buffer(output_),
                    [self = shared_from_this()](Error error, size_t) {
                      if (self->owner_ == nullptr) return;
                      self->writing_ = false;
                      self->output_.clear();
                      // What went wrong is said by the read, which ends as well.
                      if (!error) self->owner_->OnTurn();
                    });
}

void Link::Read() {
  socket_.async_read_some(
      asio::buffer(input_.data() + input_size_, input_.size() - input_size_),
      [self = shared_from_this()](Error error, size_t size) { self->OnRead(error, size); });
}

void Link::OnRead(Error error, size_t size) {
  if (owner_ == nullptr) return;
  if (error) return Lose("the connection to " + address_ + " was lost: " + error.message());
  input_size_ += size;
  if (!TakeFrames()) return;
  owner_->OnTurn();
  if (owner_ != nullptr) Read();
}

bool Link::TakeFrames() {
  size_t taken = 0;
  while (owner_ != nullptr) {
    const ParsedFrame frame =
        ParseFrame(std::string_view(input_.data() + taken, input_size_ - taken), max_frame_bytes_);
    if (frame.state == ParsedFrame::State::kError) {
      Lose(address_ + " sent what is no frame of the wallet's protocol");
    } else if (frame.state == ParsedFrame::State::kNeedMore) {
      input_size_ -= taken;
      std::memmove(input_.data(), input_.data() + taken, input_size_);
      input_.resize(std::max(input_.size(), frame.needed));
      return true;
    } else {
      taken += frame.consumed;
      OnFrame(frame);
    }
  }
  return false;
}

void Link::OnFrame(const ParsedFrame& frame) {
  if (frame.header.kind == FrameKind::kGoodbye) return OnGoodbye(frame.body);
  if (frame.header.kind == FrameKind::kResponse && welcomed_) {
    return owner_->OnResponse(frame.header.request_id, frame.body);
  }
  if (frame.header.kind == FrameKind::kWelcome && !welcomed_) return OnWelcomeFrame(frame.body);
  Lose(address_ + " sent a frame out of place");
}

void Link::OnWelcomeFrame(std::string_view body) {
  v1::Welcome welcome;
  if (!Parse(body, welcome)) return Lose(address_ + " sent an unreadable welcome");
  if (welcome.version() != kProtocolVersion) {
    return Lose(address_ + " refused the connection: " + welcome.error().message());
  }
  welcomed_ = true;
  owner_->OnWelcome(welcome);
}

void Link::OnGoodbye(std::string_view body) {
  v1::Error reason;
  Lose(address_ + " closed the connection: " +
       (Parse(body, reason) ? reason.message() : std::string("no reason was given")));
}

}  // namespace wallet::client
