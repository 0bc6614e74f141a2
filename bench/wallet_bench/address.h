// ADDR:PORT in numbers, as the HTTP workload takes it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

namespace wallet::bench {

// ADDR is IPv4, [IPv6] or "localhost" (127.0.0.1); nothing is looked up.
std::optional<boost::asio::ip::tcp::endpoint> ParseAddress(const std::string& address);

}  // namespace wallet::bench
