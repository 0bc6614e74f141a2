#include "wal/base/huge_reserve.h"

#include <utility>

#include "wal/base/check.h"

namespace wallet {
namespace {

// Where the system grants no huge page, its small ones are each touched.
constexpr size_t kSmallPageBytes = 4096;

HugeMemory MakeReady() {
  HugeMemory page = AllocateHuge(kHugePageBytes);
  volatile char* const bytes = page.get();
  for (size_t at = 0; at < kHugePageBytes; at += kSmallPageBytes) bytes[at] = 0;
  return page;
}

}  // namespace

HugeReserve::HugeReserve(size_t ready, size_t kept, Executor& executor)
    : ready_(ready), kept_(kept), executor_(executor) {
  WALLET_CHECK(ready >= 1 && kept >= ready);
}

void HugeReserve::Prepare(size_t pages) {
  WALLET_CHECK(pages <= kept_);
  while (size() < pages) GiveBack(MakeReady());
}

HugeMemory HugeReserve::Take() {
  HugeMemory page;
  bool refill = false;
  {
    const std::lock_guard lock(mutex_);
    if (!pages_.empty()) {
      page = std::move(pages_.back());
      pages_.pop_back();
    }
    ++taken_;
    if (TooFew()) refill = !std::exchange(refilling_, true);
  }
  if (refill) executor_.Post([this] { Refill(); });
  return page ? std::move(page) : AllocateHuge(kHugePageBytes);
}

// One that is not kept is freed after the lock.
void HugeReserve::GiveBack(HugeMemory page) {
  const std::lock_guard lock(mutex_);
  if (pages_.size() < kept_) pages_.push_back(std::move(page));
}

size_t HugeReserve::size() const {
  const std::lock_guard lock(mutex_);
  return pages_.size();
}

void HugeReserve::Refill() {
  while (Fill(MakeReady())) {
  }
}

// Whether more are wanted.
bool HugeReserve::Fill(HugeMemory page) {
  const std::lock_guard lock(mutex_);
  if (pages_.size() < kept_) pages_.push_back(std::move(page));
  return refilling_ = TooFew();
}

}  // namespace wallet
