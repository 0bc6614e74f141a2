// What the HTTP workload reads of an answer: its status, and the body of a refusal.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>

namespace wallet::bench {

// Beast's parser without a message behind it: nothing of an accepted answer is copied.
class HttpAnswer final : public boost::beast::http::basic_parser<false> {
 public:
  HttpAnswer() { eager(true); }

  bool ok() const { return status_ == 200; }
  // error.code of a refusal; "http_<status>" if its body has none.
  std::string Code() const;

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, Text, Text, int, Error&) override {}
  void on_response_impl(int code, Text, int, Error&) override { status_ = code; }
  void on_field_impl(boost::beast::http::field, Text, Text, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, Error&) override {}
  size_t on_body_impl(Text body, Error&) override {
    if (!ok()) refusal_.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, Text, Error&) override {}
  size_t on_chunk_body_impl(uint64_t, Text body, Error& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(Error&) override {}

  int status_ = 0;
  std::string refusal_;
};

}  // namespace wallet::bench
