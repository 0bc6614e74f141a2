// HTTP served on a port of its own, by a TestEngine.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/http/listener.h"
#include "net/io_threads.h"
#include "tests/net/http/raw_http_client.h"
#include "tests/net/support/test_engine.h"

namespace wallet {

class HttpServer {
 public:
  explicit HttpServer(TestEngineOptions options = {}, int io_threads = 1,
                      int64_t max_connections = kMaxConnections);
  ~HttpServer();  // engine first, so that no batch is lost; then the connections

  std::string address() const { return listener_->address(); }
  HttpListener& listener() { return *listener_; }
  TestEngine& test_engine() { return engine_; }
  FakeClock& clock() { return engine_.clock(); }
  GatedLog& log() { return engine_.log(); }

  // With one I/O thread: returns when it has done what was there for it to do. By a request on a
  // connection of its own, which is served after what came before and asks nothing of the engine.
  void Settle();

  // Closes the connections now, whatever is under way.
  void CloseListener() { listener_.reset(); }

 private:
  TestEngine engine_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<HttpListener> listener_;
};

// For what another thread brings about; the test's time-out ends it otherwise.
template <class Condition>
void Await(Condition condition) {
  while (!condition()) std::this_thread::yield();
}

}  // namespace wallet
