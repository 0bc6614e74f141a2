#include "engine/verify/index_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/index/entry_format.h"
#include "engine/index/index.h"
#include "engine/index/row_format.h"
#include "engine/verify/key_check.h"

namespace wallet {
namespace {

using Sum = __int128;

// What a user's rows of one currency come to.
struct RowSums {
  Currency currency;
  Sum total = 0, unreleased = 0, held = 0;
  std::vector<TransactionId> ids;

  void Add(const Transaction& transaction, Instant now) {
    ids.push_back(transaction.id);
    if (transaction.status() == Status::kFailed) return;
    const Sum amount = transaction.amount.value();
    if (transaction.status() == Status::kPending) {
      held -= amount;
      return;
    }
    total += amount;
    if (transaction.release_at && *transaction.release_at > now) unreleased += amount;
  }
};

class RowWalk {
 public:
  RowWalk(const IndexReader& index, const Ledger* ledger, KeySum& keys, Check& check)
      : index_(index), ledger_(ledger), keys_(keys), check_(check) {}

  void Visit(const RunEntry& entry) {
    const UserId user(static_cast<int64_t>(entry.key.group));
    const TransactionId id(static_cast<int64_t>(entry.key.order));
    if (user != user_) {
      EndUser();
      user_ = user;
    }
    check_.Count();
    if (id.value() != last_.value() + 1) {
      Differ(absl::StrCat("the index goes from transaction ", last_.value(), " to ", id.value()));
    }
    last_ = id;
    const std::optional<TransactionRow> row = DecodeRow(entry.value);
    if (!row) return Differ(absl::StrCat("transaction ", id.value(), " is not readable"));
    keys_.Add(index_.KeyHash(user, row->created.key), user, id);
    SumsOf(row->created.currency).Add(TransactionOf(user, id, *row), now_);
  }

  void End() {
    EndUser();
    if (ledger_ && accounts_ != ledger_->account_count()) {
      check_.Differ(absl::StrCat("the index has transactions of ", accounts_,
                                 " accounts, the ledger has ", ledger_->account_count(),
                                 " at that position"));
    }
  }

 private:
  RowSums& SumsOf(Currency currency) {
    for (RowSums& sums : sums_) {
      if (sums.currency == currency) return sums;
    }
    RowSums& sums = sums_.emplace_back();
    sums.currency = currency;
    return sums;
  }

  void EndUser() {
    if (last_.value() > 0) {
      if (ledger_) CompareWithLedger();
      if (sums_.size() > 1) CheckRanks();
    }
    accounts_ += static_cast<int64_t>(sums_.size());
    sums_.clear();
    last_ = TransactionId(0);
  }

  void CompareWithLedger() {
    const int64_t newest = ledger_->SummaryOf(user_).last.value();
    if (newest != last_.value()) {
      Differ(absl::StrCat("the index ends with transaction ", last_.value(), ", the ledger with ",
                          newest));
    }
    for (const RowSums& sums : sums_) {
      const Balance balance = ledger_->BalanceOf(user_, sums.currency, now_);
      Compare(sums.currency, "total", sums.total, balance.total);
      Compare(sums.currency, "unreleased", sums.unreleased, balance.unreleased);
      Compare(sums.currency, "held", sums.held, balance.held);
    }
  }

  void Compare(Currency currency, const char* part, Sum rows, Amount balance) {
    if (rows == balance.value()) return;
    const bool fits = rows >= INT64_MIN && rows <= INT64_MAX;
    const std::string sum =
        fits ? absl::StrCat(static_cast<int64_t>(rows)) : "more than 64 bits hold";
    Differ(absl::StrCat("the rows' ", currency.ToString(), " ", part, " adds up to ", sum,
                        ", the balance says ", balance.value()));
  }

  void CheckRanks() {
    for (const RowSums& sums : sums_) {
      const auto count = static_cast<int64_t>(sums.ids.size());
      const auto counted = index_.CountOfCurrency(user_, sums.currency);
      if (!check_.Holds(counted.status())) continue;
      const auto ids = index_.IdsOfCurrency(user_, sums.currency, 0, count);
      if (!check_.Holds(ids.status())) continue;
      if (*counted == count && *ids == sums.ids) continue;
      Differ(absl::StrCat("the index lists other transactions in ", sums.currency.ToString(),
                          " than it has (", *counted, ", ", count, ")"));
    }
  }

  void Differ(const std::string& what) {
    check_.Differ(absl::StrCat("user ", user_.value(), ": ", what));
  }

  const IndexReader& index_;
  const Ledger* const ledger_;
  const Instant now_ = ledger_ ? ledger_->last_stamp() : kMaxInstant;
  KeySum& keys_;
  Check& check_;
  UserId user_{0};
  TransactionId last_{0};
  std::vector<RowSums> sums_;  // by currency
  int64_t accounts_ = 0;
};

uint64_t EntriesOf(const IndexReader& index, FamilyId family) {
  uint64_t entries = 0;
  for (const RunView::Run& run : index.view().runs(family)) entries += run->summary().entries;
  return entries;
}

}  // namespace

std::optional<IndexReader> CheckIndexFiles(FileSystem& files, const std::string& index,
                                           CheckList& list) {
  Check& check = list.Add("index", "its manifest; every byte of every run", "runs");
  const CheckList::Timed timed(list, check);
  auto reader = OpenIndexReader(files, index);
  if (!check.Holds(reader.status())) return std::nullopt;
  check.Count(reader->view().FileNames().size());
  const absl::Status status = reader->view().Verify([&](uint64_t done, uint64_t total) {
    check.Progress(done, total);
    return true;
  });
  if (!check.Holds(status)) return std::nullopt;
  return *std::move(reader);
}

void CheckIndexRows(const IndexReader& index, const Ledger* ledger, CheckList& list) {
  Check& check = list.Add("index rows",
                          ledger ? "ids without a gap up to the ledger's; sums against balances"
                                 : "ids without a gap (no ledger to hold them against)",
                          "transactions");
  KeySum keys;
  {
    const CheckList::Timed timed(list, check);
    const uint64_t total = EntriesOf(index, kTransactionRuns);
    RowWalk walk(index, ledger, keys, check);
    const absl::Status status =
        index.view().Scan(kTransactionRuns, kFirstRunKey, kLastRunKey, [&](const RunEntry& entry) {
          walk.Visit(entry);
          check.Progress(check.result().count, total);
          return true;
        });
    if (!check.Holds(status)) return;
    walk.End();
  }
  CheckIndexKeys(index, keys, list);
}

}  // namespace wallet
