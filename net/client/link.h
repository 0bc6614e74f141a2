// One TCP connection to a server, from its first byte to its last.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/limits.h"
#include "net/proto/frame.h"
#include "net/proto/wallet.pb.h"

namespace wallet::client {

// Knows bytes and frames, not calls. Everything runs on the thread of `context`.
class Link : public std::enable_shared_from_this<Link> {
 public:
  // What it tells; nothing after Close or OnLost, which comes at most once. None of these is called
  // from within a call of the owner's.
  class Owner {
   public:
    virtual void OnWelcome(const v1::Welcome& welcome) = 0;
    virtual void OnResponse(uint64_t request_id, std::string_view body) = 0;
    // All that had arrived is dealt with, or a write has left: a moment to Write.
    virtual void OnTurn() = 0;
    // `why` is a sentence without its full stop.
    virtual void OnLost(std::string why) = 0;

   protected:
    ~Owner() = default;
  };

  // `address` as in Options.
  Link(boost::asio::io_context& context, std::string address, Owner& owner);

  // Connects and says hello.
  void Open();
  void Close();

  // Where whole frames are put, to be written together. Not while writing().
  std::string& output() { return output_; }
  bool writing() const { return writing_; }
  // Writes output(), if there is any; it is empty when the write has left.
  void Write();

  // Of the server's frames, from the next read on.
  void set_max_frame_bytes(size_t bytes) { max_frame_bytes_ = bytes; }

 private:
  using tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  void Resolve(const std::string& host, const std::string& port);
  void Connect(const tcp::resolver::results_type& endpoints);
  void OnConnected(Error error);
  void Read();
  void OnRead(Error error, size_t size);
  // False once closed.
  bool TakeFrames();
  void OnFrame(const ParsedFrame& frame);
  void OnWelcomeFrame(std::string_view body);
  void OnGoodbye(std::string_view body);
  void Lose(const std::string& why);

  const std::string address_;
  Owner* owner_;  // nullptr once closed
  tcp::resolver resolver_;
  tcp::socket socket_;
  bool welcomed_ = false;
  bool writing_ = false;
  size_t max_frame_bytes_ = kMaxWelcomeFrameBytes;
  std::string output_;
  std::vector<char> input_;
  size_t input_size_ = 0;  // bytes of input_ that have arrived and are not taken
};

}  // namespace wallet::client
