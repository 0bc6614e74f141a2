// One HTTP connection: a request, its answer, the next request.
//
//   idle → reading → working → writing → idle …
//                                      → lingering → closed
//
// lingering: the sending side is shut, and what still comes is thrown away until the peer has
// closed: closing over unread bytes would reset the connection, and the peer might lose the last
// answer.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "net/http/answers.h"
#include "net/http/calls.h"
#include "net/http/services.h"
#include "net/tcp_acceptor.h"

namespace wallet {

// All on the I/O thread of the services. Kept alive by its socket's operations and its batches.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  // `on_closed` runs once, inside the call that closed it.
  HttpSession(TcpSocket socket, std::shared_ptr<HttpServices> services,
              absl::AnyInvocable<void(HttpSession&)> on_closed);

  void Start();

  // Judges the time limit of the state. To be called every kSessionTickUs.
  void Tick(int64_t now_us);

  // Drops the connection; what the engine still answers is ignored.
  void Close();

 private:
  enum class State : uint8_t { kIdle, kReading, kWorking, kWriting, kLingering, kClosed };
  struct Question;
  class Part;

  void Enter(State state, int64_t most_us);

  void AwaitRequest();
  void Read();
  void OnRead(boost::system::error_code error, size_t size);
  void Parse();
  bool HasMore() const;
  boost::system::error_code JudgeParsed() const;
  void SendContinue();
  // The request can't be read: says why, and closes.
  void RefuseUnreadable(boost::system::error_code error);

  void Handle();
  void Ask(Call call);
  void OnAnswered(const Question& question);

  void Send(const HttpReply& reply);
  void Write();
  void OnWritten(boost::system::error_code error, size_t size);
  void Linger();
  // A request whose answer has not left counts as under way, once.
  void SetUnderWay(bool under_way);

  TcpSocket socket_;
  const std::shared_ptr<HttpServices> services_;
  absl::AnyInvocable<void(HttpSession&)> on_closed_;

  State state_ = State::kIdle;
  int64_t until_us_ = 0;  // the time limit of the state

  // Input: what was read, and the request made of it.
  boost::beast::flat_buffer input_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  size_t head_bytes_ = 0;   // of the request, as far as it was parsed
  bool continued_ = false;  // the peer was told to send the body

  // The request under way.
  uint64_t number_ = 0;  // an answer to an earlier one comes too late
  bool is_write_ = false;
  bool under_way_ = false;
  HttpFraming framing_;

  std::string output_;
  size_t written_ = 0;  // of output_
};

}  // namespace wallet
