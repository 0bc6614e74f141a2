// A blocking HTTP/1.1 client for tests: it sends what it is told, right or wrong.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace wallet {

struct HttpAnswer {
  int status = 0;  // 0: no answer came; `text` says why
  std::string text;
  boost::json::value body;                     // null when `text` is not JSON
  std::map<std::string, std::string> headers;  // names in lower case

  bool Has(std::string_view header) const { return headers.contains(std::string(header)); }
  std::string Header(std::string_view name) const;
  // error.code and error.field; empty when the body has none.
  std::string ErrorCode() const;
  std::string ErrorField() const;
};

// One keep-alive connection, opened by the first request and again after the server closed it. A
// request is never sent twice. One thread at a time.
class HttpClient {
 public:
  // `address` is ADDR:PORT; `timeout` is for one request.
  explicit HttpClient(std::string address,
                      std::chrono::milliseconds timeout = std::chrono::seconds(60));
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;

  HttpAnswer Get(std::string_view target);
  HttpAnswer Post(std::string_view target, std::string_view body);
  // `content_type` empty: no such header.
  HttpAnswer Send(std::string_view method, std::string_view target, std::string_view body,
                  std::string_view content_type);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace wallet
