// A large array that is filled once and sorted.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "wal/base/check.h"
#include "wal/base/huge_pages.h"

namespace wallet {

// Of a capacity that is fixed, in huge pages: sorting touches it all over. Not initialised beyond
// size(). One thread.
template <class T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kHugePageBytes);

 public:
  explicit HugeArray(size_t capacity) : capacity_(capacity) {
    const size_t pages = (capacity * sizeof(T) + kHugePageBytes - 1) / kHugePageBytes;
    if (pages > 0) memory_ = AllocateHuge(pages * kHugePageBytes);
  }

  void Add(const T& value) {
    WALLET_CHECK(size_ < capacity_);
    begin()[size_++] = value;
  }
  // To at most the capacity; what is new has any value.
  void SetSize(size_t size) {
    WALLET_CHECK(size <= capacity_);
    size_ = size;
  }

  T* begin() { return reinterpret_cast<T*>(memory_.get()); }
  T* end() { return begin() + size_; }
  const T* begin() const { return reinterpret_cast<const T*>(memory_.get()); }
  const T* end() const { return begin() + size_; }
  T& operator[](size_t i) { return begin()[i]; }
  const T& operator[](size_t i) const { return begin()[i]; }
  size_t size() const { return size_; }

 private:
  HugeMemory memory_;
  size_t capacity_;
  size_t size_ = 0;
};

}  // namespace wallet
