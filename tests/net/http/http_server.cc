#include "tests/net/http/http_server.h"

#include <utility>

#include "wal/base/check.h"

namespace wallet {

HttpServer::HttpServer(TestEngineOptions options, int io_threads, int64_t max_connections)
    : engine_(options) {
  std::vector<IoThread*> threads;
  for (int i = 0; i < io_threads; ++i) {
    threads.push_back(threads_.emplace_back(std::make_unique<IoThread>()).get());
  }
  auto listener = HttpListener::Start({.address = "127.0.0.1:0",
                                       .version = "0.1.0",
                                       .max_connections = max_connections,
                                       .clock = &engine_.clock()},
                                      engine_.engine(), threads);
  WALLET_CHECK_NOTE(listener.ok(), std::string(listener.status().message()));
  listener_ = *std::move(listener);
}

HttpServer::~HttpServer() {
  engine_.Stop();
  listener_.reset();
}

void HttpServer::Settle() { RawHttpClient(address()).Ask(GetRequest("/nowhere")); }

}  // namespace wallet
