// The part of IndexReader that knows which transactions are of which currency.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/index_reader.h"
#include "engine/index/limits.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

struct RankEntry {
  int64_t rank = 0;
  TransactionId id;
};

// `id` is 0 when the entry is not readable.
RankEntry Decode(const RunEntry& entry) {
  const auto rank = static_cast<int64_t>(entry.key.order & static_cast<uint64_t>(kMaxRank));
  return {rank, DecodeId(entry.value).value_or(TransactionId(0))};
}

absl::Status Unreadable(UserId user, Currency currency, int64_t rank) {
  return IndexDamage(user, absl::StrCat("transaction ", rank + 1, " in ", currency.ToString(),
                                        " is not listed as it should be"));
}

}  // namespace

absl::StatusOr<IndexReader::Ranks> IndexReader::RanksOf(UserId user, Currency currency) const {
  const RunKey from = RankKey(user, currency, 0), to = RankKey(user, currency, kMaxRank);
  std::optional<RankEntry> first, last;
  absl::Status status = view_->Scan(kCurrencyRuns, from, to, [&](const RunEntry& entry) {
    first = Decode(entry);
    return false;
  });
  if (!status.ok()) return status;
  if (!first) return Ranks();
  // What comes before the first entry is known only where that is said to be so.
  const bool whole =
      first->rank == 0 ? first->id > TransactionId(0) : first->id == TransactionId(first->rank + 1);
  if (!whole) return Unreadable(user, currency, first->rank);
  status = view_->ScanBack(kCurrencyRuns, from, to, [&](const RunEntry& entry) {
    last = Decode(entry);
    return false;
  });
  if (!status.ok()) return status;
  return Ranks{first->rank, last->rank + 1};
}

absl::Status IndexReader::ScanRanks(UserId user, Currency currency, int64_t from, int64_t to,
                                    RankVisitor visit) const {
  if (from >= to) return absl::OkStatus();
  int64_t expected = from;
  TransactionId last(0);
  bool stopped = false;
  absl::Status status = view_->Scan(kCurrencyRuns, RankKey(user, currency, from),
                                    RankKey(user, currency, to - 1), [&](const RunEntry& entry) {
                                      const RankEntry found = Decode(entry);
                                      if (found.rank != expected || found.id <= last) return false;
                                      ++expected;
                                      last = found.id;
                                      stopped = !visit(found.rank, found.id);
                                      return !stopped;
                                    });
  if (!status.ok() || stopped || expected == to) return status;
  return Unreadable(user, currency, expected);
}

absl::StatusOr<TransactionId> IndexReader::IdAt(UserId user, Currency currency,
                                                int64_t rank) const {
  TransactionId at;
  absl::Status status =
      ScanRanks(user, currency, rank, rank + 1, [&](int64_t /*rank*/, TransactionId id) {
        at = id;
        return true;
      });
  if (!status.ok()) return status;
  return at;
}

absl::StatusOr<int64_t> IndexReader::CountOfCurrency(UserId user, Currency currency) const {
  const absl::StatusOr<Ranks> ranks = RanksOf(user, currency);
  if (!ranks.ok()) return ranks.status();
  return ranks->count;
}

absl::StatusOr<std::vector<TransactionId>> IndexReader::IdsOfCurrency(UserId user,
                                                                      Currency currency,
                                                                      int64_t from,
                                                                      int64_t limit) const {
  WALLET_CHECK(from >= 0 && limit >= 0);
  const absl::StatusOr<Ranks> ranks = RanksOf(user, currency);
  if (!ranks.ok()) return ranks.status();
  std::vector<TransactionId> ids;
  if (from >= ranks->count) return ids;
  const int64_t end = from + std::min(limit, ranks->count - from);
  for (int64_t rank = from; rank < std::min(end, ranks->first); ++rank) ids.emplace_back(rank + 1);
  absl::Status status = ScanRanks(user, currency, std::max(from, ranks->first), end,
                                  [&](int64_t /*rank*/, TransactionId id) {
                                    ids.push_back(id);
                                    return true;
                                  });
  if (!status.ok()) return status;
  return ids;
}

absl::Status IndexReader::Narrow(UserId user, Currency currency, TransactionId id, int64_t& from,
                                 int64_t& to) const {
  while (to - from > kRankScan) {
    const int64_t middle = from + (to - from) / 2;
    const absl::StatusOr<TransactionId> at = IdAt(user, currency, middle);
    if (!at.ok()) return at.status();
    (*at < id ? from : to) = middle;
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> IndexReader::RankBelow(UserId user, Currency currency,
                                               TransactionId id) const {
  const absl::StatusOr<Ranks> ranks = RanksOf(user, currency);
  if (!ranks.ok()) return ranks.status();
  if (id.value() <= ranks->first) {
    return std::min(ranks->count, std::max<int64_t>(id.value() - 1, 0));
  }
  int64_t from = ranks->first, to = ranks->count;
  absl::Status status = Narrow(user, currency, id, from, to);
  int64_t below = from;
  if (status.ok()) {
    status = ScanRanks(user, currency, from, to, [&](int64_t rank, TransactionId at) {
      below = at < id ? rank + 1 : rank;
      return at < id;
    });
  }
  if (!status.ok()) return status;
  return below;
}

}  // namespace wallet
