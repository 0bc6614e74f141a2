#include "tests/support/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <cctype>
#include <utility>

namespace wallet {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

std::string ErrorMember(const boost::json::value& body, const char* name) {
  error_code error;
  const auto* member = body.find_pointer(std::string("/error/") + name, error);
  return member != nullptr && member->is_string() ? std::string(member->get_string().c_str()) : "";
}

asio::ip::tcp::endpoint ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  return {asio::ip::make_address(address.substr(0, colon)),
          static_cast<uint16_t>(std::stoi(address.substr(colon + 1)))};
}

HttpAnswer Failed(std::string_view step, error_code error) {
  HttpAnswer answer;
  answer.text = std::string(step) + ": " + error.message();
  return answer;
}

HttpAnswer ToAnswer(http::response<http::string_body> response) {
  HttpAnswer answer;
  answer.status = static_cast<int>(response.result_int());
  for (const auto& field : response) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = std::string(field.value());
  }
  answer.text = std::move(response.body());
  error_code not_json;
  answer.body = boost::json::parse(answer.text, not_json);
  return answer;
}

}  // namespace

std::string HttpAnswer::Header(std::string_view name) const {
  const auto it = headers.find(std::string(name));
  return it == headers.end() ? "" : it->second;
}

std::string HttpAnswer::ErrorCode() const { return ErrorMember(body, "code"); }
std::string HttpAnswer::ErrorField() const { return ErrorMember(body, "field"); }

class HttpClient::Connection {
 public:
  Connection(std::string address, std::chrono::milliseconds timeout)
      : address_(std::move(address)), timeout_(timeout), stream_(context_) {}

  HttpAnswer Exchange(const http::request<http::string_body>& request) {
    if (const error_code error = Connect()) return Failed("connect", error);
    error_code error = Await([&](auto done) { http::async_write(stream_, request, done); });
    // A server that refuses a request before its end may close while the rest is being sent: its
    // answer is there to read all the same.
    const error_code written = error;
    http::response<http::string_body> response;
    error = Await([&](auto done) { http::async_read(stream_, buffer_, response, done); });
    if (error || written || response.need_eof()) Close();
    return error ? Failed("read", error) : ToAnswer(std::move(response));
  }

 private:
  error_code Connect() {
    if (stream_.socket().is_open() && !ClosedByPeer()) return {};
    Close();
    return Await([&](auto done) {
      stream_.async_connect(ParseAddress(address_), [done](error_code error) { done(error, 0); });
    });
  }

  bool ClosedByPeer() {
    char byte;
    error_code error;
    stream_.socket().non_blocking(true, error);
    stream_.socket().receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    return error != asio::error::would_block;
  }

  void Close() {
    error_code ignored;
    stream_.socket().close(ignored);
    buffer_.clear();
  }

  template <class Start>
  error_code Await(Start start) {
    error_code result = asio::error::timed_out;
    stream_.expires_after(timeout_);
    start([&result](error_code error, size_t) { result = error; });
    context_.restart();
    context_.run();
    return result;
  }

  const std::string address_;
  const std::chrono::milliseconds timeout_;
  asio::io_context context_{1};
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
};

HttpClient::HttpClient(std::string address, std::chrono::milliseconds timeout)
    : connection_(std::make_unique<Connection>(std::move(address), timeout)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

HttpAnswer HttpClient::Get(std::string_view target) { return Send("GET", target, "", ""); }

HttpAnswer HttpClient::Post(std::string_view target, std::string_view body) {
  return Send("POST", target, body, "application/json");
}

HttpAnswer HttpClient::Send(std::string_view method, std::string_view target, std::string_view body,
                            std::string_view content_type) {
  http::request<http::string_body> request;
  request.version(11);
  request.method_string(beast::string_view(method.data(), method.size()));
  request.target(beast::string_view(target.data(), target.size()));
  request.set(http::field::host, "wallet.test");
  if (!content_type.empty()) {
    request.set(http::field::content_type,
                beast::string_view(content_type.data(), content_type.size()));
  }
  request.body() = std::string(body);
  request.prepare_payload();
  return connection_->Exchange(request);
}

}  // namespace wallet
