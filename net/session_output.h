// The bytes of a connection on their way to the socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace wallet {

// Two buffers: while one is being written, answers gather in the other; so all that became ready
// meanwhile leaves as one write.
class SessionOutput {
 public:
  // To append whole frames to, unless a write is under way with it: that one is never touched.
  std::string& gathering() { return gathering_; }

  // Requests whose answers are complete in gathering(); reported back when they have left.
  void CountRequests(size_t requests) { gathered_requests_ += requests; }

  // Makes what has gathered the buffer to be written. False if there is nothing to write, or if
  // the last buffer has not left.
  bool Begin() {
    if (!unsent().empty() || gathering_.empty()) return false;
    sending_.clear();
    sending_.swap(gathering_);
    sent_ = 0;
    sending_requests_ = std::exchange(gathered_requests_, 0);
    return true;
  }

  // What of the buffer is still to be written.
  std::string_view unsent() const { return std::string_view(sending_).substr(sent_); }

  // `size` bytes have left. Returns how many requests are answered by that.
  size_t Advance(size_t size) {
    sent_ += size;
    return unsent().empty() ? std::exchange(sending_requests_, 0) : 0;
  }

  size_t queued_bytes() const { return gathering_.size() + unsent().size(); }

  // Gives memory back that a quiet connection does not need. Only with nothing queued.
  bool ShouldShrink() const { return gathering_.capacity() + sending_.capacity() > kKeptBytes; }
  void Shrink() {
    gathering_ = {};
    sending_ = {};
    sent_ = 0;
  }

 private:
  static constexpr size_t kKeptBytes = 8 << 10;

  std::string gathering_;
  std::string sending_;
  size_t sent_ = 0;
  size_t gathered_requests_ = 0;
  size_t sending_requests_ = 0;
};

}  // namespace wallet
