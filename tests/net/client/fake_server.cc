#include "tests/net/client/fake_server.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace wallet::client {
namespace {

using boost::asio::ip::tcp;

// False, and a failed test, when patience ends.
bool AwaitReadable(int fd) {
  pollfd poll_fd{.fd = fd, .events = POLLIN, .revents = 0};
  const auto patience = std::chrono::milliseconds(kPatience).count();
  const bool readable = poll(&poll_fd, 1, static_cast<int>(patience)) == 1;
  EXPECT_TRUE(readable) << "nothing came from the client";
  return readable;
}

template <class Message>
Message Parsed(const std::string& body) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(body));
  return message;
}

const v1::Write* WriteOf(const v1::Operation& operation) {
  if (operation.has_charge()) return &operation.charge();
  return operation.has_withdraw() ? &operation.withdraw() : nullptr;
}

}  // namespace

std::string FrameOf(FrameKind kind, uint64_t request_id,
                    const google::protobuf::MessageLite& body) {
  std::string out;
  AppendFrameHeader({.kind = kind, .request_id = request_id}, out);
  body.AppendToString(&out);
  SetBodySize(out, 0);
  return out;
}

v1::Result ResultOf(const v1::Operation& operation) {
  v1::Result result;
  result.set_position(7);
  const v1::Write* write = WriteOf(operation);
  if (write == nullptr) return result;
  v1::Transaction& transaction = *result.mutable_transaction();
  transaction.set_id(1);
  transaction.set_type(operation.has_charge() ? 1 : 2);
  transaction.set_user_id(write->user_id());
  transaction.set_amount(operation.has_charge() ? write->amount() : -write->amount());
  transaction.set_idempotency_key(write->idempotency_key());
  result.mutable_balance()->set_total(write->amount());
  return result;
}

v1::Result ErrorOf(uint32_t code) {
  v1::Result result;
  result.mutable_error()->set_code(code);
  result.mutable_error()->set_message("said the server");
  return result;
}

std::vector<std::string> KeysOf(const v1::Request& request) {
  std::vector<std::string> keys;
  for (const v1::Operation& operation : request.operations()) {
    if (const v1::Write* write = WriteOf(operation)) keys.push_back(write->idempotency_key());
  }
  return keys;
}

v1::Hello FakePeer::TakeHello() {
  while (received_.size() < kMagic.size() && ReadMore()) {
  }
  EXPECT_EQ(received_.substr(0, kMagic.size()), kMagic);
  received_.erase(0, kMagic.size());
  FrameHeader header;
  const auto body = ReceiveFrame(header);
  EXPECT_EQ(header.kind, FrameKind::kHello);
  return Parsed<v1::Hello>(body.value_or(""));
}

void FakePeer::Welcome(const v1::Welcome& welcome) {
  Send(FrameOf(FrameKind::kWelcome, 0, welcome));
}

std::optional<ReceivedRequest> FakePeer::Receive() {
  FrameHeader header;
  const auto body = ReceiveFrame(header);
  if (!body) return std::nullopt;
  EXPECT_EQ(header.kind, FrameKind::kRequest);
  return ReceivedRequest{header.request_id, Parsed<v1::Request>(*body)};
}

ReceivedRequest FakePeer::Expect() {
  auto request = Receive();
  EXPECT_TRUE(request) << "the client closed the connection";
  return std::move(request).value_or(ReceivedRequest{});
}

bool FakePeer::AtEnd() { return !Receive().has_value(); }

void FakePeer::Answer(uint64_t request_id, const v1::Response& response) {
  Send(FrameOf(FrameKind::kResponse, request_id, response));
}

void FakePeer::AnswerOk(const ReceivedRequest& request) {
  v1::Response response;
  for (const auto& operation : request.body.operations()) {
    *response.add_results() = ResultOf(operation);
  }
  Answer(request.id, response);
}

void FakePeer::AnswerError(const ReceivedRequest& request, uint32_t code) {
  v1::Response response;
  for (int i = 0; i < request.body.operations_size(); ++i) *response.add_results() = ErrorOf(code);
  Answer(request.id, response);
}

void FakePeer::Goodbye(uint32_t code, std::string message) {
  v1::Error error;
  error.set_code(code);
  error.set_message(std::move(message));
  Send(FrameOf(FrameKind::kGoodbye, 0, error));
}

void FakePeer::Send(std::string_view bytes) {
  boost::system::error_code ignored;  // the client may be gone: the test asks for it elsewhere
  boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
}

void FakePeer::Close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::optional<std::string> FakePeer::ReceiveFrame(FrameHeader& header) {
  while (true) {
    const ParsedFrame frame = ParseFrame(received_, SIZE_MAX);
    if (frame.state == ParsedFrame::State::kFrame) {
      std::string body(frame.body);
      header = frame.header;
      received_.erase(0, frame.consumed);
      return body;
    }
    EXPECT_NE(frame.state, ParsedFrame::State::kError) << ToString(frame.error);
    if (frame.state == ParsedFrame::State::kError || !ReadMore()) return std::nullopt;
  }
}

bool FakePeer::ReadMore() {
  if (!AwaitReadable(socket_.native_handle())) return false;
  char buffer[64 << 10];
  boost::system::error_code error;
  const size_t size = socket_.read_some(boost::asio::buffer(buffer), error);
  received_.append(buffer, size);
  return !error;
}

FakeServer::FakeServer() {
  const tcp::endpoint any_port(boost::asio::ip::address_v4::loopback(), 0);
  acceptor_.open(any_port.protocol());
  acceptor_.bind(any_port);
  acceptor_.listen();
  address_ = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

std::unique_ptr<FakePeer> FakeServer::Accept() {
  if (!AwaitReadable(acceptor_.native_handle())) return nullptr;
  return std::make_unique<FakePeer>(acceptor_.accept());
}

std::unique_ptr<FakePeer> FakeServer::Greet(uint32_t max_operations, uint32_t max_frames,
                                            uint32_t max_frame_bytes) {
  auto peer = Accept();
  peer->TakeHello();
  v1::Welcome welcome;
  welcome.set_version(kProtocolVersion);
  welcome.set_epoch(std::string(kEpoch));
  welcome.mutable_limits()->set_max_operations_per_frame(max_operations);
  welcome.mutable_limits()->set_max_frames_in_flight(max_frames);
  welcome.mutable_limits()->set_max_frame_bytes(max_frame_bytes);
  peer->Welcome(welcome);
  return peer;
}

void FakeServer::StopListening() { acceptor_.close(); }

}  // namespace wallet::client
