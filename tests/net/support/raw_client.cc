#include "tests/net/support/raw_client.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace wallet {
namespace {

namespace asio = boost::asio;

template <class Message>
Message Parsed(const ReceivedFrame& frame, FrameKind kind) {
  Message message;
  EXPECT_EQ(frame.header.kind, kind);
  EXPECT_TRUE(message.ParseFromString(frame.body));
  return message;
}

}  // namespace

std::string FrameOf(FrameKind kind, uint64_t request_id, std::string_view body) {
  std::string out;
  AppendFrameHeader({static_cast<uint32_t>(body.size()), kind, request_id}, out);
  return out.append(body);
}

std::string FrameOf(const v1::Request& request, uint64_t request_id) {
  return FrameOf(FrameKind::kRequest, request_id, request.SerializeAsString());
}

std::string HelloFrame() {
  v1::Hello hello;
  hello.set_min_version(kProtocolVersion);
  hello.set_max_version(kProtocolVersion);
  hello.set_client("raw");
  return FrameOf(FrameKind::kHello, 0, hello.SerializeAsString());
}

v1::Operation ChargeOf(int64_t user, int64_t amount, std::string key) {
  v1::Operation operation;
  operation.mutable_charge()->set_user_id(user);
  operation.mutable_charge()->set_amount(amount);
  operation.mutable_charge()->set_idempotency_key(std::move(key));
  return operation;
}

v1::Operation WithdrawOf(int64_t user, int64_t amount, std::string key) {
  v1::Operation operation;
  operation.mutable_withdraw()->set_user_id(user);
  operation.mutable_withdraw()->set_amount(amount);
  operation.mutable_withdraw()->set_idempotency_key(std::move(key));
  return operation;
}

v1::Operation BalanceOf(int64_t user) {
  v1::Operation operation;
  operation.mutable_get_balance()->set_user_id(user);
  return operation;
}

v1::Response ReceivedFrame::Response() const {
  return Parsed<v1::Response>(*this, FrameKind::kResponse);
}
v1::Welcome ReceivedFrame::Welcome() const {
  return Parsed<v1::Welcome>(*this, FrameKind::kWelcome);
}
v1::Error ReceivedFrame::Goodbye() const { return Parsed<v1::Error>(*this, FrameKind::kGoodbye); }

RawClient::RawClient(const std::string& address, int receive_buffer) {
  const size_t colon = address.rfind(':');
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(colon + 1)));
  socket_.open(asio::ip::tcp::v4());
  // Before connecting: later the window is only ever made larger.
  socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
  socket_.connect({asio::ip::make_address(address.substr(0, colon)), port});
  socket_.set_option(asio::ip::tcp::no_delay(true));
}

std::unique_ptr<RawClient> RawClient::Greeted(const std::string& address, int receive_buffer) {
  auto client = std::make_unique<RawClient>(address, receive_buffer);
  client->Send(std::string(kMagic) + HelloFrame());
  const auto frame = client->Receive();
  EXPECT_TRUE(frame && !frame->Welcome().has_error());
  return client;
}

bool RawClient::Send(std::string_view bytes) {
  boost::system::error_code error;
  asio::write(socket_, asio::buffer(bytes), error);
  return !error;
}

bool RawClient::Send(const v1::Request& request, uint64_t request_id) {
  return Send(FrameOf(request, request_id));
}

std::optional<ReceivedFrame> RawClient::Receive() {
  while (true) {
    const ParsedFrame frame = ParseFrame(received_, SIZE_MAX);
    if (frame.state == ParsedFrame::State::kFrame) {
      ReceivedFrame received{frame.header, std::string(frame.body)};
      received_.erase(0, frame.consumed);
      return received;
    }
    EXPECT_NE(frame.state, ParsedFrame::State::kError) << ToString(frame.error);
    char buffer[64 << 10];
    boost::system::error_code error;
    const size_t size = socket_.read_some(asio::buffer(buffer), error);
    if (error) return std::nullopt;
    received_.append(buffer, size);
  }
}

v1::Response RawClient::ReceiveAnswer(uint64_t request_id) {
  v1::Response answer;
  do {
    const auto frame = Receive();
    EXPECT_TRUE(frame) << "the connection closed";
    if (!frame) return answer;
    EXPECT_EQ(frame->header.request_id, request_id);
    answer.clear_more();
    answer.MergeFrom(frame->Response());
  } while (answer.more());
  return answer;
}

v1::Response RawClient::Ask(const v1::Request& request, uint64_t request_id) {
  EXPECT_TRUE(Send(request, request_id));
  return ReceiveAnswer(request_id);
}

v1::Result RawClient::Ask(const v1::Operation& operation) {
  v1::Request request;
  *request.add_operations() = operation;
  const v1::Response response = Ask(request);
  EXPECT_EQ(response.results_size(), 1);
  return response.results_size() == 1 ? response.results(0) : v1::Result();
}

bool RawClient::AtEnd() { return !Receive().has_value(); }

void RawClient::ShutSending() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }

void RawClient::Close() { socket_.close(); }

}  // namespace wallet
