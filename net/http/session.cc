#include "net/http/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "net/merge.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr size_t kReadBytes = 4 << 10;
// A connection that waits for its next request keeps no more than this.
constexpr size_t kKeptBytes = 16 << 10;

// No chunked body ends in less.
constexpr size_t kLastChunkBytes = std::string_view("0\r\n\r\n").size();

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// A call on its way through the engine: asked of the shard it is about, or of all.
struct HttpSession::Question {
  Call call;
  std::shared_ptr<HttpSession> asker;
  uint64_t number;  // of the request
  size_t missing;   // parts still to come
  std::vector<std::unique_ptr<SessionBatch>> parts = {};
};

class HttpSession::Part final : public SessionBatch {
 public:
  Part(IoThread& home, std::shared_ptr<Question> question)
      : SessionBatch(home), question_(std::move(question)) {
    operations.push_back(question_->call.operation);
  }

  void OnAnswered(std::unique_ptr<SessionBatch> self) override {
    const auto question = std::move(question_);  // which is about to own this
    question->parts.push_back(std::move(self));
    if (--question->missing == 0) question->asker->OnAnswered(*question);
  }

 private:
  std::shared_ptr<Question> question_;
};

HttpSession::HttpSession(TcpSocket socket, std::shared_ptr<HttpServices> services,
                         absl::AnyInvocable<void(HttpSession&)> on_closed)
    : socket_(std::move(socket)),
      services_(std::move(services)),
      on_closed_(std::move(on_closed)) {}

void HttpSession::Start() { AwaitRequest(); }

void HttpSession::Tick(int64_t now_us) {
  if (now_us < until_us_) return;
  if (state_ != State::kWorking) return Close();
  // What may have been done is unknown; a read did nothing.
  ++number_;
  Send(AnswerRefusal(is_write_ ? Outcome::kOutcomeUnknown : Outcome::kOverloaded));
}

void HttpSession::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  ++number_;
  SetUnderWay(false);
  boost::system::error_code ignored;
  socket_.close(ignored);
  on_closed_(*this);
}

void HttpSession::Enter(State state, int64_t most_us) {
  state_ = state;
  until_us_ = services_->clock.SteadyMicros() + most_us;
}

void HttpSession::AwaitRequest() {
  parser_.emplace();
  parser_->header_limit(kMaxHttpHeaderBytes);
  parser_->body_limit(kMaxHttpBodyBytes + (WALLET_MUTANT("body_limit_off") ? 1 : 0));
  head_bytes_ = 0;
  continued_ = false;
  if (input_.size() > 0) {  // the peer did not wait for the last answer
    Enter(State::kReading, kReadTimeoutUs);
    return Parse();
  }
  if (input_.capacity() > kKeptBytes) input_.shrink_to_fit();
  Enter(State::kIdle, kIdleTimeoutUs);
  Read();
}

void HttpSession::Read() {
  socket_.async_read_some(
      input_.prepare(kReadBytes),
      [self = shared_from_this()](auto error, size_t size) { self->OnRead(error, size); });
}

void HttpSession::OnRead(boost::system::error_code error, size_t size) {
  if (state_ == State::kClosed) return;
  if (error) return Close();  // there is nobody left to talk to
  input_.commit(size);
  if (state_ == State::kLingering) {
    input_.clear();
    return Read();
  }
  if (state_ == State::kIdle) Enter(State::kReading, kReadTimeoutUs);
  Parse();
}

void HttpSession::Parse() {
  beast::error_code error;
  while (!error && HasMore()) {
    const bool in_head = !parser_->is_header_done();
    const size_t size = parser_->put(input_.data(), error);
    if (in_head) head_bytes_ += size;
    input_.consume(size);
  }
  if (!error || error == http::error::need_more) error = JudgeParsed();
  if (error) return RefuseUnreadable(error);
  if (parser_->is_done()) return Handle();
  const bool waits = parser_->is_header_done() && !continued_ && parser_->get().version() >= 11 &&
                     beast::iequals(parser_->get()[http::field::expect], "100-continue");
  waits ? SendContinue() : Read();
}

bool HttpSession::HasMore() const {
  if (parser_->is_done()) return false;
  // Given less of the last chunk, the parser may fail an assertion of its own.
  const bool in_chunks = parser_->is_header_done() && parser_->chunked();
  return input_.size() >= (in_chunks ? kLastChunkBytes : 1);
}

// What the parser lets pass.
boost::system::error_code HttpSession::JudgeParsed() const {
  // Its own limit is on the fields it takes at a time, and not on what stands around chunks.
  const size_t unparsed = parser_->is_done() ? 0 : input_.size();
  const size_t head = head_bytes_ + (parser_->is_header_done() ? 0 : unparsed);
  if (std::max(head, unparsed) > kMaxHttpHeaderBytes) return http::error::header_limit;
  // Where such a body ends is not known (RFC 9112, 6.3).
  if (parser_->is_header_done() && !parser_->chunked() &&
      parser_->get().count(http::field::transfer_encoding) > 0) {
    return http::error::bad_transfer_encoding;
  }
  return {};
}

void HttpSession::SendContinue() {
  continued_ = true;
  asio::async_write(socket_, asio::buffer(kContinue),
                    [self = shared_from_this()](auto error, size_t) {
                      if (self->state_ == State::kClosed) return;
                      error ? self->Close() : self->Read();
                    });
}

void HttpSession::RefuseUnreadable(boost::system::error_code error) {
  framing_ = {};
  SetUnderWay(true);
  HttpRefusal refusal{Outcome::kMalformedRequest, "",
                      absl::StrCat("This is not readable HTTP: ", error.message(), ".")};
  if (error == http::error::header_limit) {
    refusal.message = absl::StrCat("Headers take at most ", kMaxHttpHeaderBytes, " bytes.");
  }
  if (error == http::error::body_limit) {
    refusal.outcome = Outcome::kBodyTooLarge;
    refusal.message =
        absl::StrCat("A body is at most ", kMaxHttpBodyBytes, " bytes; send a smaller one.");
  }
  Send(AnswerRefusal(refusal));
}

void HttpSession::Handle() {
  const auto& request = parser_->get();
  const bool stopping = services_->state->stopping.load(std::memory_order_relaxed);
  framing_ = {.version = request.version(),
              .keep_alive = request.keep_alive() && !stopping,
              .head = request.method() == http::verb::head};
  SetUnderWay(true);
  Call call = ReadCall({.method = View(request.method_string()),
                        .target = View(request.target()),
                        .content_type = View(request[http::field::content_type]),
                        .body = request.body()},
                       services_->identity.default_currency);
  if (call.refusal) {
    HttpReply reply = AnswerRefusal(*call.refusal);
    reply.allow = call.allow;
    return Send(reply);
  }
  if (call.kind == CallKind::kHealth) {
    return Send(
        AnswerHealth(CurrentHealth(services_->engine, *services_->state, services_->limiter.get()),
                     services_->identity));
  }
  if (stopping && !WALLET_MUTANT("stopping_server_executes"))
    return Send(AnswerRefusal(Outcome::kShuttingDown));
  if (services_->limiter &&
      !services_->limiter->Admit(call.operation, services_->clock.SteadyMicros())) {
    return Send(AnswerRefusal(Outcome::kRateLimited));
  }
  Ask(std::move(call));
}

void HttpSession::Ask(Call call) {
  Engine& engine = services_->engine;
  Enter(State::kWorking, services_->request_timeout_us);
  is_write_ = IsWrite(call.kind);
  const Engine::Lanes lanes = engine.LanesOf(call.operation);
  auto question = std::make_shared<Question>(
      Question{std::move(call), shared_from_this(), number_, static_cast<size_t>(lanes.count)});
  for (int i = 0; i < lanes.count; ++i) {
    auto part = std::make_unique<Part>(services_->home, question);
    part->deadline_us = until_us_;
    engine.Submit(lanes.first + i, std::move(part));
  }
}

void HttpSession::OnAnswered(const Question& question) {
  if (question.number != number_) return;
  ++number_;
  std::vector<const Result*> results;
  for (const auto& part : question.parts) results.push_back(&part->results.front());
  const std::string& epoch = services_->identity.epoch;
  if (results.size() == 1) return Send(AnswerCall(question.call, *results.front(), epoch));
  const int64_t limit = std::get<ListWithdrawals>(question.call.operation).limit;
  Send(AnswerCall(question.call, MergeWithdrawals(results, limit), epoch));
}

void HttpSession::Send(const HttpReply& reply) {
  output_.clear();
  written_ = 0;
  AppendResponse(reply, framing_, output_);
  Write();
}

void HttpSession::Write() {
  Enter(State::kWriting, kWriteTimeoutUs);
  socket_.async_write_some(
      asio::buffer(output_.data() + written_, output_.size() - written_),
      [self = shared_from_this()](auto error, size_t size) { self->OnWritten(error, size); });
}

void HttpSession::OnWritten(boost::system::error_code error, size_t size) {
  if (state_ == State::kClosed) return;
  if (error) return Close();
  written_ += size;
  if (written_ < output_.size()) return Write();
  SetUnderWay(false);
  if (output_.capacity() > kKeptBytes) output_ = {};
  framing_.keep_alive ? AwaitRequest() : Linger();
}

void HttpSession::Linger() {
  boost::system::error_code ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  Enter(State::kLingering, kLingerUs);
  input_.clear();
  Read();
}

void HttpSession::SetUnderWay(bool under_way) {
  if (std::exchange(under_way_, under_way) == under_way) return;
  services_->state->under_way.fetch_add(under_way ? 1 : -1);
}

}  // namespace wallet
