// One HTTP connection: a request, its answer, the next request.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "engine/engine.h"
#include "net/http/answers.h"
#include "net/http/calls.h"
#include "net/io_threads.h"
#include "net/tcp_acceptor.h"
#include "wal/base/clock.h"

namespace wallet {

class HttpSession;

// Shared by all threads of a listener.
struct HttpListenerState {
  std::atomic<bool> stopping{false};
  std::atomic<int64_t> under_way{0};  // requests whose answers have not left yet
  std::atomic<int64_t> connections{0};
};

// What the sessions of one listener on one I/O thread share; used by that thread alone. Engine,
// thread and clock outlive every use: sessions are closed before those go.
struct HttpServices {
  Engine& engine;
  IoThread& home;
  const Clock& clock;
  const std::string version;
  const int64_t request_timeout_us;
  const std::shared_ptr<HttpListenerState> state;
  absl::flat_hash_set<HttpSession*> sessions = {};
};

// Lives on one I/O thread; owned by its pending operation or its batch with the engine.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(TcpSocket socket, std::shared_ptr<HttpServices> services);
  ~HttpSession();

  void Start();
  // Answers outcome_unknown when the request under way has waited too long.
  void Tick(int64_t now_us);
  // Drops the connection; what the engine still answers is ignored.
  void Close();

 private:
  using Stream =
      boost::beast::basic_stream<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  using Request = boost::beast::http::string_body;
  class EngineBatch;
  struct FanOut;

  void ReadHeader();
  void OnHeader(boost::beast::error_code error);
  void SendContinue();
  void ReadBody();
  void OnBody(boost::beast::error_code error);
  // The request can't be read: says why if it may, and closes.
  void OnReadError(boost::beast::error_code error);

  void Handle();
  void Submit(std::shared_ptr<Call> call);
  void SubmitToAll(std::shared_ptr<Call> call);
  void OnResult(uint64_t request, const Call& call, const Result& result);

  void Send(HttpAnswer answer);
  void OnSent(boost::beast::error_code error);
  void Linger();

  const std::shared_ptr<HttpServices> services_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<Request>> parser_;
  boost::beast::http::response<Request> response_;
  boost::beast::http::response<boost::beast::http::empty_body> continue_;
  uint64_t request_ = 0;     // counts requests: an answer for an earlier one comes too late
  int64_t deadline_us_ = 0;  // of the request with the engine; 0: none
  bool keep_alive_ = false;
};

}  // namespace wallet
