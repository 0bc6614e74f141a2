#include "net/http/session.h"

#include <chrono>
#include <utility>
#include <vector>

#include "net/limits.h"
#include "net/merge.h"

namespace wallet {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::microseconds kIdle{kIdleTimeoutUs};
constexpr std::chrono::microseconds kRead{kReadTimeoutUs};
// How long a peer may go on sending after our last answer.
constexpr std::chrono::seconds kLinger{2};

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// One operation at one shard; keeps the call its texts point into.
class HttpSession::EngineBatch final : public SessionBatch {
 public:
  using Done = absl::AnyInvocable<void(std::unique_ptr<SessionBatch>)>;
  EngineBatch(HttpServices& services, std::shared_ptr<Call> call, Done done)
      : SessionBatch(services.home), call_(std::move(call)), done_(std::move(done)) {
    operations.push_back(call_->operation);
    deadline_us = services.clock.SteadyMicros() + services.request_timeout_us;
  }
  void OnAnswered(std::unique_ptr<SessionBatch> self) override {
    Done done = std::move(done_);
    done(std::move(self));
  }

 private:
  const std::shared_ptr<Call> call_;
  Done done_;
};

// The parts of an answer that every shard has a share in.
struct HttpSession::FanOut {
  std::vector<std::unique_ptr<SessionBatch>> parts;
  size_t missing;
};

HttpSession::HttpSession(TcpSocket socket, std::shared_ptr<HttpServices> services)
    : services_(std::move(services)), stream_(std::move(socket)) {
  services_->sessions.insert(this);
  services_->state->connections.fetch_add(1, std::memory_order_relaxed);
}

HttpSession::~HttpSession() {
  services_->sessions.erase(this);
  services_->state->connections.fetch_sub(1, std::memory_order_relaxed);
}

void HttpSession::Start() { ReadHeader(); }

void HttpSession::Close() {
  ++request_;
  if (std::exchange(deadline_us_, 0) != 0) services_->state->under_way.fetch_sub(1);
  beast::error_code ignored;
  stream_.socket().close(ignored);
}

void HttpSession::Tick(int64_t now_us) {
  if (deadline_us_ == 0 || now_us < deadline_us_) return;
  ++request_;
  keep_alive_ = false;
  Send(AnswerRefusal({Outcome::kOutcomeUnknown, "", ""}));
}

void HttpSession::ReadHeader() {
  parser_.emplace();
  parser_->header_limit(kMaxHttpHeaderBytes);
  parser_->body_limit(kMaxHttpBodyBytes);
  stream_.expires_after(buffer_.size() == 0 ? kIdle : kRead);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](beast::error_code error, size_t) { self->OnHeader(error); });
}

void HttpSession::OnHeader(beast::error_code error) {
  if (error) return OnReadError(error);
  stream_.expires_after(kRead);
  if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) return SendContinue();
  ReadBody();
}

void HttpSession::SendContinue() {
  continue_ = {http::status::continue_, parser_->get().version()};
  http::async_write(stream_, continue_,
                    [self = shared_from_this()](beast::error_code error, size_t) {
                      if (!error) self->ReadBody();
                    });
}

void HttpSession::ReadBody() {
  http::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](beast::error_code error, size_t) { self->OnBody(error); });
}

void HttpSession::OnBody(beast::error_code error) {
  if (error) return OnReadError(error);
  stream_.expires_never();
  keep_alive_ = parser_->get().keep_alive();
  Handle();
}

void HttpSession::OnReadError(beast::error_code error) {
  // The peer has gone, or been idle for too long: there is nobody to tell.
  const bool http_error =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (!http_error || error == http::error::end_of_stream || error == http::error::partial_message) {
    return;
  }
  keep_alive_ = false;
  if (error == http::error::body_limit) {
    return Send(AnswerRefusal({Outcome::kBodyTooLarge, "",
                               "A body is at most " + std::to_string(kMaxHttpBodyBytes) +
                                   " bytes; send a smaller one."}));
  }
  Send(AnswerRefusal(
      {Outcome::kMalformedRequest, "", "This is not readable HTTP: " + error.message() + "."}));
}

void HttpSession::Handle() {
  const auto& request = parser_->get();
  auto call = std::make_shared<Call>();
  ReadCall({.method = View(request.method_string()),
            .target = View(request.target()),
            .content_type = View(request[http::field::content_type]),
            .body = request.body()},
           services_->engine.default_currency(), *call);
  const bool stopping = services_->state->stopping.load(std::memory_order_relaxed);
  if (stopping) keep_alive_ = false;
  if (call->refusal) {
    HttpAnswer answer = AnswerRefusal(*call->refusal);
    answer.allow = call->allow;
    return Send(std::move(answer));
  }
  if (call->kind == CallKind::kHealth) {
    return Send(AnswerHealth(services_->engine.GetHealth(), services_->engine, services_->version));
  }
  if (stopping) return Send(AnswerRefusal({Outcome::kShuttingDown, "", ""}));
  services_->state->under_way.fetch_add(1);
  deadline_us_ = services_->clock.SteadyMicros() + services_->request_timeout_us;
  if (call->kind == CallKind::kWithdrawals) return SubmitToAll(std::move(call));
  Submit(std::move(call));
}

void HttpSession::Submit(std::shared_ptr<Call> call) {
  const UserId user = std::visit(
      [](const auto& operation) {
        if constexpr (requires { UserId(operation.user); }) return UserId(operation.user);
        return UserId(0);
      },
      call->operation);
  auto done = [self = shared_from_this(), call, request = request_](auto batch) {
    self->OnResult(request, *call, batch->results.front());
  };
  services_->engine.Submit(services_->engine.ShardOf(user),
                           std::make_unique<EngineBatch>(*services_, call, std::move(done)));
}

void HttpSession::SubmitToAll(std::shared_ptr<Call> call) {
  const int shards = services_->engine.shard_count();
  auto fan = std::make_shared<FanOut>();
  fan->missing = static_cast<size_t>(shards);
  for (int shard = 0; shard < shards; ++shard) {
    auto done = [self = shared_from_this(), call, fan, request = request_](auto batch) {
      fan->parts.push_back(std::move(batch));
      if (--fan->missing > 0) return;
      std::vector<const Result*> results;
      for (const auto& part : fan->parts) results.push_back(&part->results.front());
      const int64_t limit = std::get<ListWithdrawals>(call->operation).limit;
      self->OnResult(request, *call, MergeWithdrawals(results, limit));
      fan->parts.clear();
    };
    services_->engine.Submit(shard,
                             std::make_unique<EngineBatch>(*services_, call, std::move(done)));
  }
}

void HttpSession::OnResult(uint64_t request, const Call& call, const Result& result) {
  if (request != request_) return;  // answered by the time limit, or closed
  ++request_;
  Send(AnswerCall(call, result, services_->engine.epoch()));
}

void HttpSession::Send(HttpAnswer answer) {
  if (std::exchange(deadline_us_, 0) == 0) services_->state->under_way.fetch_add(1);
  response_ = {};
  response_.version(11);
  response_.result(static_cast<unsigned>(answer.status));
  response_.set(http::field::content_type, "application/json");
  if (answer.retry_after_s > 0) {
    response_.set(http::field::retry_after, std::to_string(answer.retry_after_s));
  }
  if (!answer.allow.empty()) {
    response_.set(http::field::allow, {answer.allow.data(), answer.allow.size()});
  }
  response_.keep_alive(keep_alive_);
  response_.body() = std::move(answer.body);
  response_.body() += '\n';
  response_.prepare_payload();
  stream_.expires_after(kRead);
  http::async_write(stream_, response_,
                    [self = shared_from_this()](beast::error_code error, size_t) {
                      self->services_->state->under_way.fetch_sub(1);
                      self->OnSent(error);
                    });
}

void HttpSession::OnSent(beast::error_code error) {
  if (error) return;
  if (keep_alive_) return ReadHeader();
  beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  Linger();
}

// Closing with unread bytes would reset the connection, and the peer might lose our last answer.
void HttpSession::Linger() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kMaxHttpHeaderBytes),
                          [self = shared_from_this()](beast::error_code error, size_t) {
                            if (!error) self->Linger();
                          });
}

}  // namespace wallet
