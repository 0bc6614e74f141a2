// The last bytes on a socket that is closed right after.
#pragma once

#include <string_view>

#include "net/tcp_acceptor.h"

namespace wallet {

// Writes what the socket takes at once and shuts the sending side, after throwing away what has
// arrived: a socket closed over unread bytes resets the connection, and the peer may lose the last
// words. Never blocks, never fails: it is a courtesy.
void WriteLast(TcpSocket& socket, std::string_view bytes);

}  // namespace wallet
