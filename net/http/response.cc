#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>

#include "net/http/answers.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

using Header = http::response<http::empty_body>;

void AppendHeader(Header& header, std::string& out) {
  http::response_serializer<http::empty_body> serializer(header);
  beast::error_code error;
  while (!serializer.is_done()) {
    serializer.next(error, [&](beast::error_code&, const auto& buffers) {
      for (const auto buffer : beast::buffers_range_ref(buffers)) {
        out.append(static_cast<const char*>(buffer.data()), buffer.size());
      }
      serializer.consume(beast::buffer_bytes(buffers));
    });
    WALLET_CHECK_NOTE(!error, error.message());
  }
}

}  // namespace

void AppendResponse(const HttpReply& reply, HttpFraming framing, std::string& out) {
  Header header(static_cast<http::status>(reply.status), framing.version);
  header.set(http::field::content_type, "application/json");
  header.set(http::field::cache_control, "no-store");
  if (reply.retry_after_s > 0) {
    header.set(http::field::retry_after, std::to_string(reply.retry_after_s));
  }
  if (!reply.allow.empty()) {
    header.set(http::field::allow, {reply.allow.data(), reply.allow.size()});
  }
  header.keep_alive(framing.keep_alive);
  header.content_length(reply.body.size());  // for a HEAD, what a GET would get
  AppendHeader(header, out);
  if (!framing.head) out.append(reply.body);
}

}  // namespace wallet
