// Peers that behave badly: plain sockets, many of them, without a thread each.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wallet::crash {

// One connection. Moves, never copies; closed with the object.
class Peer {
 public:
  // "127.0.0.1:1234"; not open() when the server's machine says no.
  explicit Peer(const std::string& address);
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&& other) noexcept;
  ~Peer();

  bool open() const { return fd_ >= 0; }
  // False when the server has closed, or takes nothing within the patience of a test.
  bool Send(std::string_view bytes);
  // At least `size` bytes, or all there are until the server closes.
  std::string Receive(size_t size);
  // All until the server closes.
  std::string ReceiveAll();
  // The next frame, header included; what there is of it, if the server closes.
  std::string ReceiveFrame();
  // Ends the connection as a machine that crashed does: by a reset.
  void Reset();

 private:
  int fd_ = -1;
};

// As many as the process may open descriptors for, and at most `count`.
std::vector<Peer> Connect(const std::string& address, size_t count);

// Allows the process as many open files as it may allow itself; returns how many.
size_t RaiseDescriptorLimit();

// The protocol's first words: the magic and a hello.
std::string Greeting();

// Of a process, in bytes.
size_t ResidentBytes(int process);

}  // namespace wallet::crash
