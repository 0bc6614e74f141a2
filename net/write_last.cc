#include "net/write_last.h"

#include <boost/asio/buffer.hpp>

namespace wallet {
namespace {

constexpr int kReadsAtMost = 16;

}  // namespace

void WriteLast(TcpSocket& socket, std::string_view bytes) {
  boost::system::error_code error;
  socket.non_blocking(true, error);
  char ignored[64 << 10];
  for (int i = 0; i < kReadsAtMost && !error; ++i) {
    socket.read_some(boost::asio::buffer(ignored), error);
  }
  socket.write_some(boost::asio::buffer(bytes), error);
  socket.shutdown(TcpSocket::shutdown_send, error);
}

}  // namespace wallet
