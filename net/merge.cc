#include "net/merge.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "wal/base/mutant.h"

namespace wallet {
namespace {

bool IsOlder(const Transaction& a, const Transaction& b) {
  return std::tie(a.created_at, a.user, a.id) < std::tie(b.created_at, b.user, b.id);
}

Result CopyRefusal(const Result& part) {
  Result refusal;
  refusal.outcome = part.outcome;
  refusal.field = part.field;
  refusal.message = part.message;
  refusal.position = part.position;
  return refusal;
}

}  // namespace

Result MergeWithdrawals(std::span<const Result* const> parts, int64_t limit) {
  Result merged;
  auto page = std::make_unique<Page>();
  for (const Result* part : parts) {
    if (part->outcome != Outcome::kOk) return CopyRefusal(*part);
    page->total += part->page->total;
    page->transactions.insert(page->transactions.end(), part->page->transactions.begin(),
                              part->page->transactions.end());
    merged.position = std::max(merged.position, part->position);
  }
  auto& transactions = page->transactions;
  const auto kept = std::min<size_t>(transactions.size(), limit);
  if (!WALLET_MUTANT("merged_in_shard_order")) {
    std::partial_sort(transactions.begin(), transactions.begin() + kept, transactions.end(),
                      IsOlder);
  }
  transactions.resize(kept);
  merged.page = std::move(page);
  return merged;
}

}  // namespace wallet
