#include "wal/runs/run_compaction.h"

#include <algorithm>

#include "wal/runs/limits.h"

namespace wallet {
namespace {

// Of one window as it grows.
struct Sizes {
  uint64_t sum = 0;
  uint64_t largest = 0;
  void Add(uint64_t size) {
    sum += size;
    largest = std::max(largest, size);
  }
};

bool Alike(const Sizes& sizes, size_t count) {
  return sizes.largest <= 2 * (sizes.sum - sizes.largest) / (count - 1);
}

struct Candidate {
  RunWindow window;
  uint64_t sum = 0;
};

bool Better(const Candidate& a, const std::optional<Candidate>& b) {
  if (!b || a.window.count != b->window.count) return !b || a.window.count > b->window.count;
  return a.sum < b->sum;
}

// `forced`: windows of the least width, of whatever sizes.
std::optional<Candidate> Pick(std::span<const uint64_t> sizes_bytes, size_t width, bool forced) {
  std::optional<Candidate> best;
  for (size_t begin = 0; begin < sizes_bytes.size(); ++begin) {
    Sizes sizes;
    for (size_t count = 1; begin + count <= sizes_bytes.size(); ++count) {
      sizes.Add(sizes_bytes[begin + count - 1]);
      if (count < width || (forced ? count > width : !Alike(sizes, count))) {
        continue;
      }
      const Candidate candidate{{begin, count}, sizes.sum};
      if (Better(candidate, best)) best = candidate;
    }
  }
  return best;
}

}  // namespace

std::optional<RunWindow> PickRunWindow(std::span<const uint64_t> sizes_bytes, size_t width) {
  std::optional<Candidate> best = Pick(sizes_bytes, width, false);
  if (!best && sizes_bytes.size() > kMaxRuns) best = Pick(sizes_bytes, width, true);
  if (!best) return std::nullopt;
  return best->window;
}

}  // namespace wallet
