// The binary protocol served on a port of its own, by a TestEngine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/ledger/outcome.h"
#include "net/binary_listener.h"
#include "net/io_threads.h"
#include "tests/net/support/raw_client.h"
#include "tests/net/support/test_engine.h"

namespace wallet {

// Of an answer: 0 for a success.
inline uint32_t CodeOf(const v1::Result& result) { return result.error().code(); }
inline uint32_t Number(Outcome outcome) { return static_cast<uint32_t>(outcome); }

class BinaryServer {
 public:
  explicit BinaryServer(TestEngineOptions options = {}, int io_threads = 1,
                        int64_t max_connections = kMaxConnections);
  ~BinaryServer();  // engine first, so that no batch is lost; then the connections

  std::string address() const { return listener_->address(); }
  BinaryListener& listener() { return *listener_; }
  Engine& engine() { return engine_.engine(); }
  TestEngine& test_engine() { return engine_; }
  FakeClock& clock() { return engine_.clock(); }
  GatedLog& log() { return engine_.log(); }

  std::unique_ptr<RawClient> Connect() { return RawClient::Greeted(address()); }

  // Closes the connections now, whatever is under way.
  void CloseListener() { listener_.reset(); }

 private:
  TestEngine engine_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<BinaryListener> listener_;
};

}  // namespace wallet
