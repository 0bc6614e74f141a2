#include "bench/wallet_bench/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "absl/strings/str_cat.h"
#include "bench/wallet_bench/address.h"
#include "net/client/client.h"

namespace wallet::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using Error = boost::system::error_code;

absl::StatusOr<Server> AskBinary(const Options& options) {
  const auto client = client::Client::Create(
      {.address = options.connect, .timeout = std::chrono::seconds(10), .retry = false});
  const client::HealthAnswer health = client->GetHealth();
  if (!health.ok()) return absl::UnavailableError(health.message);
  return Server{.version = health.version, .bank = health.bank};
}

absl::StatusOr<std::string> GetHealth(const std::string& address) {
  const auto endpoint = ParseAddress(address);
  if (!endpoint) return absl::UnavailableError(absl::StrCat("\"", address, "\" is no ADDR:PORT"));
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  http::request<http::empty_body> request(http::verb::get, "/health", 11);
  request.set(http::field::host, "localhost");
  Error error;
  socket.connect(*endpoint, error);
  if (!error) http::write(socket, request, error);
  if (!error) http::read(socket, buffer, answer, error);
  if (error) return absl::UnavailableError(absl::StrCat(address, ": ", error.message()));
  return answer.body();
}

std::string Text(const json::value& body, std::string_view name) {
  const json::value* const value = body.is_object() ? body.as_object().if_contains(name) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

absl::StatusOr<Server> AskHttp(const Options& options) {
  const auto health = GetHealth(options.connect);
  if (!health.ok()) return health.status();
  Error error;
  const json::value body = json::parse(*health, error);
  const Server server{.version = Text(body, "version"), .bank = Text(body, "bank")};
  if (server.bank.empty()) {
    return absl::UnavailableError(
        absl::StrCat(options.connect, " does not answer GET /health as a wallet does"));
  }
  return server;
}

}  // namespace

absl::StatusOr<Server> FindServer(const Options& options) {
  auto server = options.http() ? AskHttp(options) : AskBinary(options);
  if (!server.ok() || server->bank == "sim") return server;
  return absl::FailedPreconditionError(
      absl::StrCat("the server at ", options.connect, " is connected to the bank \"", server->bank,
                   "\"; only one with the simulated bank (sim) is measured."));
}

}  // namespace wallet::bench
