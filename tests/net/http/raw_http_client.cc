#include "tests/net/http/raw_http_client.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"

namespace wallet {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

HttpAnswer ToAnswer(const http::response<http::string_body>& response) {
  HttpAnswer answer;
  answer.status = static_cast<int>(response.result_int());
  for (const auto& field : response) {
    answer.headers[absl::AsciiStrToLower(std::string(field.name_string()))] =
        std::string(field.value());
  }
  answer.text = response.body();
  boost::system::error_code not_json;
  answer.body = boost::json::parse(answer.text, not_json);
  return answer;
}

}  // namespace

std::string GetRequest(std::string_view target, std::string_view headers) {
  return absl::StrCat("GET ", ToAbsl(target), " HTTP/1.1\r\nHost: x\r\n", ToAbsl(headers), "\r\n");
}

std::string PostHead(std::string_view target, std::string_view headers) {
  return absl::StrCat("POST ", ToAbsl(target), " HTTP/1.1\r\nHost: x\r\n",
                      "Content-Type: application/json\r\n", ToAbsl(headers), "\r\n");
}

std::string PostRequest(std::string_view target, std::string_view body, std::string_view headers) {
  return PostHead(target, absl::StrCat("Content-Length: ", body.size(), "\r\n", ToAbsl(headers))) +
         std::string(body);
}

std::string ChargeRequest(int64_t user, int64_t amount, std::string_view key) {
  return PostRequest("/charge", absl::StrCat("{\"user_id\":", user, ",\"amount\":", amount,
                                             ",\"idempotency_key\":\"", ToAbsl(key), "\"}"));
}

std::string BalanceRequestOf(int64_t user) {
  return GetRequest(absl::StrCat("/balance?user_id=", user));
}

RawHttpClient::RawHttpClient(const std::string& address, int receive_buffer) {
  const size_t colon = address.rfind(':');
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(colon + 1)));
  socket_.open(asio::ip::tcp::v4());
  // Before connecting: later the window is only ever made larger.
  socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
  socket_.connect({asio::ip::make_address(address.substr(0, colon)), port});
  socket_.set_option(asio::ip::tcp::no_delay(true));
}

bool RawHttpClient::Send(std::string_view bytes) {
  boost::system::error_code error;
  asio::write(socket_, asio::buffer(bytes), error);
  return !error;
}

HttpAnswer RawHttpClient::Receive(bool head) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  parser.skip(head);
  boost::system::error_code error;
  http::read(socket_, received_, parser, error);
  if (!error) return ToAnswer(parser.get());
  HttpAnswer none;
  none.text = error.message();
  return none;
}

HttpAnswer RawHttpClient::Ask(std::string_view bytes) {
  EXPECT_TRUE(Send(bytes));
  HttpAnswer answer = Receive();
  EXPECT_NE(answer.status, 0) << answer.text;
  return answer;
}

bool RawHttpClient::AtEnd() {
  if (received_.size() > 0) return false;
  char byte;
  boost::system::error_code error;
  return socket_.read_some(asio::buffer(&byte, 1), error) == 0;
}

void RawHttpClient::ShutSending() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }

void RawHttpClient::Close() { socket_.close(); }

void RawHttpClient::Reset() {
  socket_.set_option(asio::socket_base::linger(true, 0));
  socket_.close();
}

}  // namespace wallet
