#include "tests/e2e/raw_client.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "net/limits.h"
#include "net/proto/frame.h"

namespace wallet::e2e {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

void Require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

}  // namespace

class RawClient::Connection {
 public:
  explicit Connection(const std::string& address) : socket_(context_) {
    const size_t colon = address.rfind(':');
    error_code error;
    socket_.connect({asio::ip::make_address(address.substr(0, colon)),
                     static_cast<uint16_t>(std::stoi(address.substr(colon + 1)))},
                    error);
    Require(!error, "connect: " + error.message());
    v1::Hello hello;
    hello.set_min_version(kProtocolVersion);
    hello.set_max_version(kProtocolVersion);
    Write(std::string(kMagic) + Frame(FrameKind::kHello, 0, hello));
    Require(welcome_.ParseFromString(Read(FrameKind::kWelcome)) && !welcome_.has_error(),
            "no welcome: " + welcome_.ShortDebugString());
  }

  v1::Result Call(const v1::Operation& operation, std::optional<uint32_t> timeout_ms) {
    v1::Request request;
    if (timeout_ms) request.set_timeout_ms(*timeout_ms);
    *request.add_operations() = operation;
    Write(Frame(FrameKind::kRequest, ++request_id_, request));
    v1::Response response;
    Require(response.ParseFromString(Read(FrameKind::kResponse)) && response.results_size() == 1,
            "no result: " + response.ShortDebugString());
    return response.results(0);
  }

  const v1::Welcome& welcome() const { return welcome_; }

 private:
  static std::string Frame(FrameKind kind, uint64_t request_id,
                           const google::protobuf::Message& body) {
    std::string frame;
    AppendFrameHeader({.body_size = static_cast<uint32_t>(body.ByteSizeLong()),
                       .kind = kind,
                       .request_id = request_id},
                      frame);
    return frame + body.SerializeAsString();
  }

  void Write(const std::string& bytes) {
    error_code error;
    asio::write(socket_, asio::buffer(bytes), error);
    Require(!error, "write: " + error.message());
  }

  // The body of the next frame.
  std::string Read(FrameKind kind) {
    std::string bytes(kFrameHeaderBytes, '\0');
    error_code error;
    asio::read(socket_, asio::buffer(bytes), error);
    Require(!error, "read: " + error.message());
    ParsedFrame frame = ParseFrame(bytes, kMaxFrameBytes);
    Require(frame.state != ParsedFrame::State::kError, "bad frame from the server");
    bytes.resize(kFrameHeaderBytes + frame.header.body_size);
    asio::read(socket_, asio::buffer(bytes.data() + kFrameHeaderBytes, frame.header.body_size),
               error);
    Require(!error, "read: " + error.message());
    Require(frame.header.kind == kind, "a frame of another kind: " + bytes);
    Require(kind != FrameKind::kResponse || frame.header.request_id == request_id_,
            "an answer to another request");
    return bytes.substr(kFrameHeaderBytes);
  }

  asio::io_context context_{1};
  asio::ip::tcp::socket socket_;
  uint64_t request_id_ = 0;
  v1::Welcome welcome_;
};

RawClient::RawClient(const std::string& address)
    : connection_(std::make_unique<Connection>(address)) {}
RawClient::~RawClient() = default;

const v1::Welcome& RawClient::welcome() const { return connection_->welcome(); }
v1::Result RawClient::Call(const v1::Operation& operation, std::optional<uint32_t> timeout_ms) {
  return connection_->Call(operation, timeout_ms);
}

}  // namespace wallet::e2e
