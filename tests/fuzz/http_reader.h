// Reads requests from the bytes of an HTTP connection as net/http/session.cc does, without a
// socket: the same parser, limits and rules. What the session does with bytes must be done here
// too.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string_view>

#include "net/http/calls.h"
#include "net/limits.h"

namespace wallet::fuzz {

struct HttpLimits {
  size_t header_bytes = kMaxHttpHeaderBytes;
  size_t body_bytes = kMaxHttpBodyBytes;
};

class HttpReader {
 public:
  enum class State { kNeedsMore, kRequest, kUnreadable };

  explicit HttpReader(HttpLimits limits);

  // More bytes have come. Not after kUnreadable.
  State Feed(std::string_view bytes);
  // After kRequest: reads the next one from what came behind it.
  State Next();

  // With kRequest, until Next.
  HttpRequestView request() const;
  bool keep_alive() const { return parser_->get().keep_alive(); }

 private:
  State Parse();
  bool HasMore() const;
  bool IsTooLarge() const;

  const HttpLimits limits_;
  boost::beast::flat_buffer input_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  size_t head_bytes_ = 0;
};

}  // namespace wallet::fuzz
