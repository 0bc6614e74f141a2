#include "engine/index/index_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/row_format.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// A page of ids that are at most so many times as far apart as they are many is read in one go.
constexpr int64_t kScattered = 4;

absl::StatusOr<StoredTransaction> Load(UserId user, const RunEntry& entry) {
  const TransactionId id(static_cast<int64_t>(entry.key.order));
  StoredTransaction stored;
  stored.bytes = std::make_unique_for_overwrite<char[]>(entry.value.size());
  entry.value.copy(stored.bytes.get(), entry.value.size());
  const auto row = DecodeRow({stored.bytes.get(), entry.value.size()});
  if (!row || id < TransactionId(1)) {
    return IndexDamage(user, absl::StrCat("transaction ", id.value(), " is not readable"));
  }
  stored.transaction = TransactionOf(user, id, *row);
  stored.after = row->after;
  return stored;
}

// Collects a scan's rows until there are enough, or one is wrong.
class Page {
 public:
  Page(UserId user, size_t limit) : user_(user), limit_(limit) {}

  bool Add(const RunEntry& entry) {
    auto stored = Load(user_, entry);
    if (stored.ok() && !Follows(stored->transaction.id)) status_ = Gap(stored->transaction.id);
    if (!stored.ok()) status_ = stored.status();
    if (!status_.ok()) return false;
    rows_.push_back(*std::move(stored));
    return rows_.size() < limit_;
  }

  absl::StatusOr<std::vector<StoredTransaction>> Take(absl::Status scanned) {
    if (!scanned.ok()) return scanned;
    if (!status_.ok()) return status_;
    return std::move(rows_);
  }

 private:
  bool Follows(TransactionId id) const {
    if (rows_.empty()) return true;
    const int64_t step = id.value() - rows_.back().transaction.id.value();
    return step == 1 || step == -1;
  }
  absl::Status Gap(TransactionId id) const {
    return IndexDamage(user_, absl::StrCat("no transaction stands between ", id.value(), " and ",
                                           rows_.back().transaction.id.value()));
  }

  const UserId user_;
  const size_t limit_;
  std::vector<StoredTransaction> rows_;
  absl::Status status_;
};

}  // namespace

absl::Status IndexDamage(UserId user, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the index is damaged: of user ", user.value(), ", ", ToAbsl(what),
                   ". Keep its directory as it is, and restore a backup into a new one"));
}

absl::StatusOr<std::optional<StoredTransaction>> IndexReader::Find(UserId user,
                                                                   TransactionId id) const {
  auto found = Range(user, {id, id}, IdOrder::kOldestFirst, 1);
  if (!found.ok()) return found.status();
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

absl::StatusOr<std::vector<StoredTransaction>> IndexReader::Range(UserId user, IdRange range,
                                                                  IdOrder order,
                                                                  int64_t limit) const {
  WALLET_CHECK(limit >= 0);
  range.first = std::max(range.first, TransactionId(1));
  if (limit == 0 || range.last < range.first) return std::vector<StoredTransaction>();
  Page page(user, static_cast<size_t>(limit));
  const RunKey first = RowKey(user, range.first), last = RowKey(user, range.last);
  const auto visit = [&](const RunEntry& entry) { return page.Add(entry); };
  return page.Take(order == IdOrder::kOldestFirst
                       ? view_->Scan(kTransactionRuns, first, last, visit)
                       : view_->ScanBack(kTransactionRuns, first, last, visit));
}

absl::StatusOr<std::vector<StoredTransaction>> IndexReader::FindAll(
    UserId user, const std::vector<TransactionId>& ids) const {
  std::vector<StoredTransaction> all;
  if (ids.empty()) return all;
  const auto count = static_cast<int64_t>(ids.size());
  const bool scattered = ids.back().value() - ids.front().value() >= kScattered * count;
  if (!scattered) {
    auto range = Range(user, {ids.front(), ids.back()}, IdOrder::kOldestFirst, INT64_MAX);
    if (!range.ok()) return range.status();
    std::erase_if(*range, [&](const StoredTransaction& each) {
      return !std::binary_search(ids.begin(), ids.end(), each.transaction.id);
    });
    return range;
  }
  for (const TransactionId id : ids) {
    auto found = Find(user, id);
    if (!found.ok()) return found.status();
    if (*found) all.push_back(**std::move(found));
  }
  return all;
}

absl::StatusOr<std::optional<StoredTransaction>> IndexReader::FindByKey(
    uint64_t hash, UserId user, std::string_view key) const {
  std::optional<std::vector<TransactionId>> ids = std::vector<TransactionId>();
  const RunKey place = KeyKey(hash, user);
  absl::Status status = view_->Scan(kKeyRuns, place, place, [&](const RunEntry& entry) {
    ids = DecodeIds(entry.value);
    return true;
  });
  if (!status.ok()) return status;
  if (!ids) return IndexDamage(user, "an entry of its keys is not readable");
  for (const TransactionId id : *ids) {
    auto found = Find(user, id);
    if (!found.ok()) return found.status();
    if (!*found) {
      return IndexDamage(user, absl::StrCat("transaction ", id.value(), " has a key and no row"));
    }
    if ((*found)->transaction.key == key || WALLET_MUTANT("index_key_by_hash_only")) return found;
  }
  return std::nullopt;
}

}  // namespace wallet
