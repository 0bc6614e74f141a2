// A server of the binary protocol that does exactly what a test tells it to, on the test's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/proto/frame.h"
#include "net/proto/wallet.pb.h"

namespace wallet::client {

// How long a test waits for what must come: generous, as it only ends a test that has failed.
inline constexpr std::chrono::seconds kPatience{60};

struct ReceivedRequest {
  uint64_t id = 0;
  v1::Request body;
};

// One connection, as the server sees it. Everything waits, up to kPatience.
class FakePeer {
 public:
  explicit FakePeer(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  // Reads magic and hello; fails the test when they are none.
  v1::Hello TakeHello();
  void Welcome(const v1::Welcome& welcome);

  // nullopt when the client has closed.
  std::optional<ReceivedRequest> Receive();
  // A request that must come; an empty one, and a failed test, when it does not.
  ReceivedRequest Expect();
  // Whether nothing more comes before the client closes.
  bool AtEnd();

  void Answer(uint64_t request_id, const v1::Response& response);
  // One result for each operation of the request: done, with the key and user of the operation.
  void AnswerOk(const ReceivedRequest& request);
  // The same error for each operation.
  void AnswerError(const ReceivedRequest& request, uint32_t code);
  void Goodbye(uint32_t code, std::string message);
  void Send(std::string_view bytes);

  void Close();

 private:
  std::optional<std::string> ReceiveFrame(FrameHeader& header);
  bool ReadMore();

  boost::asio::ip::tcp::socket socket_;
  std::string received_;
};

// Listens on a port of its own.
class FakeServer {
 public:
  FakeServer();

  const std::string& address() const { return address_; }

  // Waits for a connection; says nothing on it.
  std::unique_ptr<FakePeer> Accept();
  // Waits for a connection and shakes hands, with these limits.
  std::unique_ptr<FakePeer> Greet(uint32_t max_operations = 8'192, uint32_t max_frames = 1'024,
                                  uint32_t max_frame_bytes = 1 << 20);
  // From now on connections are refused.
  void StopListening();

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  std::string address_;
};

inline constexpr std::string_view kEpoch = "abcdefgh";

std::string FrameOf(FrameKind kind, uint64_t request_id, const google::protobuf::MessageLite& body);
v1::Result ResultOf(const v1::Operation& operation);
v1::Result ErrorOf(uint32_t code);
// Of charges and withdrawals.
std::vector<std::string> KeysOf(const v1::Request& request);

}  // namespace wallet::client
