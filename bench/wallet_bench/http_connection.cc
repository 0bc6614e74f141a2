#include "bench/wallet_bench/http_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstring>
#include <utility>

#include "bench/wallet_bench/address.h"
#include "wal/base/check.h"

namespace wallet::bench {

namespace asio = boost::asio;

HttpConnection::HttpConnection(asio::io_context& context, std::string address,
                               absl::AnyInvocable<void(HttpConnection&)> on_idle)
    : socket_(context), address_(std::move(address)), on_idle_(std::move(on_idle)) {}

void HttpConnection::Send(const Operation& charge, Call& call) {
  WALLET_CHECK(charge.kind == Kind::kCharge && charge.release_at_us == 0);
  call_ = &call;
  char body[128];
  const int size = std::snprintf(
      body, sizeof(body), R"({"user_id":%lld,"amount":%lld,"idempotency_key":"%.*s"})",
      static_cast<long long>(charge.user_id), static_cast<long long>(charge.amount),
      static_cast<int>(Key::kSize), charge.key.view().data());
  request_ = "POST /charge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  request_.append("Content-Length: ").append(std::to_string(size)).append("\r\n\r\n");
  request_.append(body, static_cast<size_t>(size));
  if (!socket_.is_open() && !Connect()) return Fail("unreachable");
  Write();
}

bool HttpConnection::Connect() {
  const auto endpoint = ParseAddress(address_);
  Error error = asio::error::invalid_argument;
  if (endpoint) socket_.connect(*endpoint, error);
  Error ignored;
  if (!error) socket_.set_option(tcp::no_delay(true), ignored);
  if (error) socket_.close(ignored);
  return !error;
}

void HttpConnection::Write() {
  input_size_ = 0;
  answer_.emplace();
  asio::async_write(socket_, asio::buffer(request_), [this](Error error, size_t) {
    if (error) return Fail("outcome_unknown");
    Read();
  });
}

void HttpConnection::Read() {
  socket_.async_read_some(asio::buffer(input_.data() + input_size_, input_.size() - input_size_),
                          [this](Error error, size_t size) { OnRead(error, size); });
}

void HttpConnection::OnRead(Error error, size_t size) {
  if (error) return Fail("outcome_unknown");
  input_size_ += size;
  const size_t taken = answer_->put(asio::const_buffer(input_.data(), input_size_), error);
  if (error && error != boost::beast::http::error::need_more) return Fail("outcome_unknown");
  input_size_ -= taken;
  std::memmove(input_.data(), input_.data() + taken, input_size_);
  if (answer_->is_done()) return Finish();
  if (input_size_ == input_.size()) return Fail("outcome_unknown");  // endless headers
  Read();
}

Call& HttpConnection::Idle() {
  Call* const call = std::exchange(call_, nullptr);
  on_idle_(*this);
  return *call;
}

// With the end of the call the next one may begin, here.
void HttpConnection::Finish() {
  Error ignored;
  if (!answer_->keep_alive()) socket_.close(ignored);
  if (answer_->ok()) return Idle().Accept(Kind::kCharge);
  std::string code = answer_->Code();
  Idle().Refuse(std::move(code));
}

void HttpConnection::Fail(const char* code) {
  Error ignored;
  socket_.close(ignored);
  Idle().Refuse(code);
}

}  // namespace wallet::bench
