#include "net/tcp_acceptor.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <chrono>
#include <future>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kRetryAfter{100};

std::optional<uint16_t> ParsePort(const std::string& text) {
  uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return port;
}

std::string WithoutBrackets(const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

absl::Status Unavailable(const std::string& address, const boost::system::error_code& error) {
  return absl::UnavailableError(absl::StrCat(address, ": ", error.message()));
}

std::string ToText(const tcp::endpoint& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

}  // namespace

absl::StatusOr<tcp::endpoint> ResolveAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : ParsePort(address.substr(colon + 1));
  if (!port || colon == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", address, "' is not an address: HOST:PORT is wanted, as in 127.0.0.1:0"));
  }
  const std::string host = WithoutBrackets(address.substr(0, colon));
  boost::system::error_code error;
  const auto numeric = asio::ip::make_address(host, error);
  if (!error) return tcp::endpoint(numeric, *port);
  asio::io_context context;
  const auto found = tcp::resolver(context).resolve(host, "", error);
  if (error || found.empty()) return Unavailable(address, error);
  return tcp::endpoint(found.begin()->endpoint().address(), *port);
}

absl::StatusOr<std::unique_ptr<TcpAcceptor>> TcpAcceptor::Listen(const std::string& address,
                                                                 std::vector<IoThread*> threads,
                                                                 OnSocket on_socket) {
  const auto endpoint = ResolveAddress(address);
  if (!endpoint.ok()) return endpoint.status();
  std::unique_ptr<TcpAcceptor> acceptor(new TcpAcceptor(std::move(threads), std::move(on_socket)));
  const absl::Status status = acceptor->Bind(*endpoint);
  if (!status.ok()) return status;
  asio::post(acceptor->socket_.get_executor(), [raw = acceptor.get()] { raw->Accept(); });
  return acceptor;
}

TcpAcceptor::TcpAcceptor(std::vector<IoThread*> threads, OnSocket on_socket)
    : threads_(std::move(threads)),
      on_socket_(std::make_shared<OnSocket>(std::move(on_socket))),
      socket_(threads_.front()->context()),
      retry_(threads_.front()->context()) {}

TcpAcceptor::~TcpAcceptor() { Stop(); }

absl::Status TcpAcceptor::Bind(const tcp::endpoint& endpoint) {
  boost::system::error_code error;
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) socket_.bind(endpoint, error);
  if (!error) socket_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) address_ = ToText(socket_.local_endpoint(error));
  return error ? Unavailable(ToText(endpoint), error) : absl::OkStatus();
}

void TcpAcceptor::Accept() {
  IoThread& thread = *threads_[next_];
  socket_.async_accept(thread.context(), [this](auto error, TcpSocket socket) {
    if (error == asio::error::operation_aborted || !socket_.is_open()) return;
    if (error) return RetryLater();
    Dispatch(std::move(socket));
    Accept();
  });
}

void TcpAcceptor::RetryLater() {
  retry_.expires_after(kRetryAfter);
  retry_.async_wait([this](auto error) {
    if (!error && socket_.is_open()) Accept();
  });
}

void TcpAcceptor::Dispatch(TcpSocket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const size_t index = std::exchange(next_, (next_ + 1) % threads_.size());
  auto& context = threads_[index]->context();
  asio::dispatch(context, [index, on_socket = on_socket_, socket = std::move(socket)]() mutable {
    (*on_socket)(index, std::move(socket));
  });
}

void TcpAcceptor::Stop() {
  if (std::exchange(stopped_, true)) return;
  std::promise<void> closed;
  asio::post(socket_.get_executor(), [&] {
    boost::system::error_code ignored;
    socket_.close(ignored);
    retry_.cancel();
    // What was under way ends before this does.
    asio::post(socket_.get_executor(), [&closed] { closed.set_value(); });
  });
  closed.get_future().wait();
}

}  // namespace wallet
