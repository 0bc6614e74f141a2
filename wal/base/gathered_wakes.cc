#include "wal/base/gathered_wakes.h"

#include <utility>
#include <vector>

namespace wallet {
namespace {

struct Gathered {
  int depth = 0;
  std::vector<absl::AnyInvocable<void()>> wakes;
};

thread_local Gathered gathered;

}  // namespace

GatheredWakes::GatheredWakes() { ++gathered.depth; }

GatheredWakes::~GatheredWakes() {
  if (--gathered.depth > 0) return;
  for (auto& wake : gathered.wakes) wake();
  gathered.wakes.clear();
}

void GatheredWakes::Wake(absl::AnyInvocable<void()> wake) {
  if (gathered.depth == 0) return wake();
  gathered.wakes.push_back(std::move(wake));
}

}  // namespace wallet
