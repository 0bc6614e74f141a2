// The bytes of a connection that are read and not yet taken.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "net/limits.h"

namespace wallet {

// Grows with what has really arrived, never with what a header announces: to the double whenever a
// read has filled it, up to one frame.
class SessionInput {
 public:
  static constexpr size_t kInitialBytes = 4 << 10;

  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  // Where to read to; never empty. Moves what bytes() shows.
  std::span<char> Space() {
    if (begin_ > 0) Compact();
    if (end_ == capacity_) Grow();
    return {data_.get() + end_, capacity_ - end_};
  }
  void Commit(size_t size) { end_ += size; }
  void Consume(size_t size) { begin_ += size; }

  // Gives memory back that a quiet connection does not need. Only when empty, and while nothing is
  // read into Space().
  bool ShouldShrink() const { return empty() && capacity_ > kInitialBytes; }
  void Shrink() {
    data_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void Compact() {
    std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  void Grow() {
    const size_t capacity = std::max(kInitialBytes, 2 * capacity_);
    auto data = std::make_unique_for_overwrite<char[]>(capacity);
    if (end_ > 0) std::memcpy(data.get(), data_.get(), end_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// A whole frame fits however the doubling falls, and nothing larger is ever waited for.
static_assert((kMaxFrameBytes & (kMaxFrameBytes - 1)) == 0);
static_assert(kMaxFrameBytes % SessionInput::kInitialBytes == 0);

}  // namespace wallet
