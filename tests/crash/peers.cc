#include "tests/crash/peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "net/limits.h"
#include "net/proto/frame.h"
#include "net/proto/wallet.pb.h"
#include "tests/support/process.h"

namespace wallet::crash {
namespace {

constexpr size_t kOwnDescriptors = 200;  // of the test itself

bool Ready(int fd, short events) {
  pollfd poll_fd{.fd = fd, .events = events, .revents = 0};
  const auto patience = std::chrono::milliseconds(kPatience).count();
  return poll(&poll_fd, 1, static_cast<int>(patience)) == 1;
}

}  // namespace

Peer::Peer(const std::string& address) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) return;
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    close(std::exchange(fd_, -1));
    return;
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

Peer::Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Peer& Peer::operator=(Peer&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Peer::~Peer() {
  if (fd_ >= 0) close(fd_);
}

bool Peer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!Ready(fd_, POLLOUT)) return false;
    const ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

std::string Peer::Receive(size_t size) {
  std::string bytes;
  char buffer[16 << 10];
  while (bytes.size() < size && Ready(fd_, POLLIN)) {
    const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (got <= 0) break;
    bytes.append(buffer, static_cast<size_t>(got));
  }
  return bytes;
}

std::string Peer::ReceiveAll() { return Receive(SIZE_MAX); }

std::string Peer::ReceiveFrame() {
  std::string bytes;
  while (ParseFrame(bytes, kMaxFrameBytes).state == ParsedFrame::State::kNeedMore) {
    const std::string more = Receive(1);
    if (more.empty()) break;
    bytes += more;
  }
  return bytes;
}

void Peer::Reset() {
  const linger none{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  close(std::exchange(fd_, -1));
}

std::vector<Peer> Connect(const std::string& address, size_t count) {
  std::vector<Peer> peers;
  peers.reserve(count);
  while (peers.size() < count) {
    Peer peer(address);
    if (!peer.open()) break;
    peers.push_back(std::move(peer));
  }
  return peers;
}

size_t RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return std::max<size_t>(limit.rlim_cur, kOwnDescriptors) - kOwnDescriptors;
}

std::string Greeting() {
  v1::Hello hello;
  hello.set_min_version(kProtocolVersion);
  hello.set_max_version(kProtocolVersion);
  std::string bytes(kMagic);
  AppendFrameHeader(
      {.body_size = static_cast<uint32_t>(hello.ByteSizeLong()), .kind = FrameKind::kHello}, bytes);
  return bytes + hello.SerializeAsString();
}

size_t ResidentBytes(int process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "VmRSS:")) return std::stoull(line.substr(6)) << 10;
  }
  return 0;
}

}  // namespace wallet::crash
