// One connection of a client: sends units in frames, matches answers, reconnects, tries again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/client/client.h"
#include "net/client/unit.h"
#include "net/proto/frame.h"

namespace wallet::client {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::io_context& context, const Options& options);

  // Any thread. Units posted while the connection's thread is busy go out together.
  void Post(std::shared_ptr<Unit> unit);

  // On the connection's thread: ends every unit and closes.
  void Close();

 private:
  using tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  enum class State : uint8_t { kDisconnected, kConnecting, kGreeting, kReady, kClosed };

  // An operation of a unit on its way.
  struct Entry {
    std::shared_ptr<Unit> unit;
    size_t index;
  };

  void TakePosted();
  void Queue(std::shared_ptr<Unit> unit);

  void Connect();
  void OnResolved(uint64_t life, Error error, tcp::resolver::results_type endpoints);
  void OnConnected(uint64_t life, Error error);
  void OnWelcome(const ParsedFrame& frame);
  // The connection is of no use any more: what was sent is tried again, or given up.
  void Drop(std::string why);
  void ConnectLater();

  void Read(uint64_t life);
  void OnRead(uint64_t life, Error error, size_t size);
  void OnFrame(const ParsedFrame& frame);
  void OnResponse(const ParsedFrame& frame);

  // Puts waiting operations into frames while the server takes more, and writes them.
  void Flush();
  void AppendFrame();
  void Write(uint64_t life);
  void RetryLater(Entry entry);

  void WatchDeadlines();
  void ExpireUnits();

  boost::asio::io_context& context_;
  const Options options_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer reconnect_;
  boost::asio::steady_timer deadlines_;
  bool watching_ = false;

  std::mutex mutex_;
  std::vector<std::shared_ptr<Unit>> posted_;

  // Everything below lives on the connection's thread.
  State state_ = State::kDisconnected;
  uint64_t life_ = 0;  // counts sockets: a handler of an earlier one does nothing
  int failures_ = 0;   // in a row, for the backoff
  std::string why_ = "not connected yet";
  std::string epoch_;
  std::deque<Entry> waiting_;
  std::deque<std::shared_ptr<Unit>>
      by_deadline_;  // all have the same time limit: first in, first due
  std::unordered_map<uint64_t, std::vector<Entry>> in_flight_;
  uint64_t next_frame_ = 1;
  std::string outgoing_, writing_;
  bool write_under_way_ = false;
  std::string input_;
  size_t input_size_ = 0;
  size_t max_frame_bytes_ = 1 << 20;
  size_t max_batch_;
  size_t max_in_flight_;
};

// Microseconds of the clock that deadlines are in.
int64_t SteadyNow();

}  // namespace wallet::client
