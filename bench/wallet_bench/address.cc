#include "bench/wallet_bench/address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace wallet::bench {
namespace {

std::optional<uint16_t> ParsePort(const std::string& text) {
  uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || parsed != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<boost::asio::ip::tcp::endpoint> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto port = ParsePort(address.substr(colon + 1));
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(host, error);
  if (!port || error) return std::nullopt;
  return boost::asio::ip::tcp::endpoint(ip, *port);
}

}  // namespace wallet::bench
