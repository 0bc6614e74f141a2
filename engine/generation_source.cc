#include "engine/generation_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

// The ranks of one user with several currencies.
class Ranker {
 public:
  Ranker(const Generation::Mixed& mixed, const Generation& generation, const IndexReader& index,
         std::vector<IndexedRank>& ranks)
      : user_(mixed.user),
        first_(generation.SpanOf(mixed.user).first),
        ids_(mixed.ids),
        index_(index),
        ranks_(ranks) {}

  absl::Status Rank() {
    if (absl::Status status = LookBefore(); !status.ok()) return status;
    return listed_ ? RankAll() : RankFromSecondCurrency();
  }

 private:
  // Which currency he had before the generation, and whether the index lists him.
  absl::Status LookBefore() {
    if (first_ == 1) return absl::OkStatus();
    const TransactionId last(first_ - 1);
    auto row = index_.Find(user_, last);
    if (!row.ok()) return row.status();
    if (!*row) return IndexDamage(user_, absl::StrCat("transaction ", last.value(), " is missing"));
    before_ = (*row)->transaction.currency;
    const auto listed = index_.CountOfCurrency(user_, *before_);
    if (!listed.ok()) return listed.status();
    listed_ = *listed > 0;
    return absl::OkStatus();
  }

  absl::Status RankAll() {
    for (const auto& [currency, ids] : ids_) {
      const auto count = index_.CountOfCurrency(user_, currency);
      if (!count.ok()) return count.status();
      Append(currency, *count, ids.begin(), ids.end());
    }
    return absl::OkStatus();
  }

  // All ids below the first one of another currency are of the first currency, which one entry
  // says.
  absl::Status RankFromSecondCurrency() {
    const Currency one = before_.value_or(CurrencyOf(first_));
    int64_t second = 0;
    for (const auto& [currency, ids] : ids_) {
      if (currency == one || ids.empty()) continue;
      if (second == 0 || ids.front() < second) second = ids.front();
    }
    if (second == 0) return absl::OkStatus();  // it came, or comes, later
    ranks_.push_back({user_, one, second - 2, TransactionId(second - 1)});
    for (const auto& [currency, ids] : ids_) {
      const auto from = std::lower_bound(ids.begin(), ids.end(), second);
      Append(currency, currency == one ? second - 1 : 0, from, ids.end());
    }
    return absl::OkStatus();
  }

  void Append(Currency currency, int64_t rank, std::vector<int64_t>::const_iterator from,
              std::vector<int64_t>::const_iterator end) {
    for (; from != end; ++from) ranks_.push_back({user_, currency, rank++, TransactionId(*from)});
  }

  Currency CurrencyOf(int64_t id) const {
    for (const auto& [currency, ids] : ids_) {
      if (!ids.empty() && ids.front() == id) return currency;
    }
    return Currency();
  }

  const UserId user_;
  const int64_t first_;  // of his ids in the generation
  const std::vector<std::pair<Currency, std::vector<int64_t>>>& ids_;
  const IndexReader& index_;
  std::vector<IndexedRank>& ranks_;
  std::optional<Currency> before_;
  bool listed_ = false;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const GenerationSource>> GenerationSource::Make(
    std::shared_ptr<const Generation> generation, const IndexReader& index) {
  std::shared_ptr<GenerationSource> source(new GenerationSource(std::move(generation)));
  for (const Generation::Mixed& mixed : source->generation_->mixed()) {
    absl::Status status = Ranker(mixed, *source->generation_, index, source->ranks_).Rank();
    if (!status.ok()) return status;
  }
  return source;
}

}  // namespace wallet
