#include "tests/fuzz/http_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>

namespace wallet::fuzz {
namespace {

namespace http = boost::beast::http;

constexpr size_t kLastChunkBytes = std::string_view("0\r\n\r\n").size();

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

HttpReader::HttpReader(HttpLimits limits) : limits_(limits) { Next(); }

HttpReader::State HttpReader::Next() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(limits_.header_bytes));
  parser_->body_limit(limits_.body_bytes);
  head_bytes_ = 0;
  return Parse();
}

HttpReader::State HttpReader::Feed(std::string_view bytes) {
  input_.commit(boost::asio::buffer_copy(input_.prepare(bytes.size()),
                                         boost::asio::buffer(bytes.data(), bytes.size())));
  return Parse();
}

HttpReader::State HttpReader::Parse() {
  boost::beast::error_code error;
  while (!error && HasMore()) {
    const bool in_head = !parser_->is_header_done();
    const size_t size = parser_->put(input_.data(), error);
    if (in_head) head_bytes_ += size;
    input_.consume(size);
  }
  if ((error && error != http::error::need_more) || IsTooLarge()) return State::kUnreadable;
  const bool ambiguous = parser_->is_header_done() && !parser_->chunked() &&
                         parser_->get().count(http::field::transfer_encoding) > 0;
  if (ambiguous) return State::kUnreadable;
  return parser_->is_done() ? State::kRequest : State::kNeedsMore;
}

bool HttpReader::HasMore() const {
  if (parser_->is_done()) return false;
  const bool in_chunks = parser_->is_header_done() && parser_->chunked();
  return input_.size() >= (in_chunks ? kLastChunkBytes : 1);
}

bool HttpReader::IsTooLarge() const {
  const size_t unparsed = parser_->is_done() ? 0 : input_.size();
  const size_t head = head_bytes_ + (parser_->is_header_done() ? 0 : unparsed);
  return std::max(head, unparsed) > limits_.header_bytes;
}

HttpRequestView HttpReader::request() const {
  const auto& request = parser_->get();
  return {View(request.method_string()), View(request.target()),
          View(request[http::field::content_type]), request.body()};
}

}  // namespace wallet::fuzz
