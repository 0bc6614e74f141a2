// The binary protocol spoken by hand: what the client library would never send.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/proto/wallet.pb.h"

namespace wallet::e2e {

// One connection, opened and greeted. Blocks; throws std::runtime_error when the server does not
// play its part.
class RawClient {
 public:
  explicit RawClient(const std::string& address);
  ~RawClient();

  const v1::Welcome& welcome() const;
  // One request frame with this one operation, and its result. `timeout_ms` as in the protocol.
  v1::Result Call(const v1::Operation& operation, std::optional<uint32_t> timeout_ms = {});

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace wallet::e2e
