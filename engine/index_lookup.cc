#include "engine/index_lookup.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

absl::Status LookUpKey(const IndexReader& index, const IndexLookup::Key& key,
                       IndexFindings& findings) {
  auto found = index.FindByKey(key.hash, key.user, key.key);
  if (!found.ok()) return found.status();
  findings.key = IndexFindings::Key{*std::move(found)};
  return absl::OkStatus();
}

// Rows begin … end are of one user.
absl::Status LookUpRows(const IndexReader& index, std::span<const TransactionName> names,
                        IndexFindings& findings) {
  const UserId user = names.front().first;
  std::vector<TransactionId> ids;
  for (const auto& [owner, id] : names) ids.push_back(id);
  auto found = index.FindAll(user, ids);
  if (!found.ok()) return found.status();
  if (found->size() != ids.size()) {
    return IndexDamage(
        user, absl::StrCat(ids.size() - found->size(), " of the transactions ", ids.front().value(),
                           " … ", ids.back().value(), " are missing"));
  }
  for (StoredTransaction& each : *found) {
    const TransactionName name(user, each.transaction.id);
    findings.rows.insert_or_assign(name, std::move(each));
  }
  return absl::OkStatus();
}

absl::Status LookUpAllRows(const IndexReader& index, std::vector<TransactionName> rows,
                           IndexFindings& findings) {
  std::sort(rows.begin(), rows.end());
  std::span<const TransactionName> names(rows);
  while (!names.empty()) {
    const auto other = std::find_if(names.begin(), names.end(), [&](const TransactionName& name) {
      return name.first != names.front().first;
    });
    const auto count = static_cast<size_t>(other - names.begin());
    absl::Status status = LookUpRows(index, names.first(count), findings);
    if (!status.ok()) return status;
    names = names.subspan(count);
  }
  return absl::OkStatus();
}

// Of a user whose indexed transactions are all of one currency the index keeps no list.
absl::StatusOr<bool> AllOfOneCurrency(const IndexReader& index, UserId user, TransactionId last,
                                      Currency* currency) {
  auto row = index.Find(user, last);
  if (!row.ok()) return row.status();
  if (!*row) return IndexDamage(user, absl::StrCat("transaction ", last.value(), " is missing"));
  *currency = (*row)->transaction.currency;
  const auto listed = index.CountOfCurrency(user, *currency);
  if (!listed.ok()) return listed.status();
  return *listed == 0;
}

void SelectDense(const IndexLookup::Currency& asked, IndexFindings::Currency& found) {
  found.count = asked.last.value();
  if (asked.below) found.below = std::min(asked.below->value() - 1, found.count);
  if (asked.limit == 0) return;
  found.from = asked.from;
  found.ids.clear();
  const int64_t end = std::min(asked.from + asked.limit, found.count);
  for (int64_t at = asked.from; at < end; ++at) found.ids.emplace_back(at + 1);
}

absl::Status SelectListed(const IndexReader& index, const IndexLookup::Currency& asked,
                          IndexFindings::Currency& found) {
  const auto count = index.CountOfCurrency(asked.user, asked.currency);
  if (!count.ok()) return count.status();
  found.count = *count;
  if (asked.below) {
    const auto below = index.RankBelow(asked.user, asked.currency, *asked.below);
    if (!below.ok()) return below.status();
    found.below = *below;
  }
  if (asked.limit == 0) return absl::OkStatus();
  auto ids = index.IdsOfCurrency(asked.user, asked.currency, asked.from, asked.limit);
  if (!ids.ok()) return ids.status();
  found.from = asked.from;
  found.ids = *std::move(ids);
  return absl::OkStatus();
}

absl::Status LookUpCurrency(const IndexReader& index, const IndexLookup::Currency& asked,
                            IndexFindings& findings) {
  IndexFindings::Currency found = findings.currency.value_or(IndexFindings::Currency());
  Currency only;
  const auto dense = AllOfOneCurrency(index, asked.user, asked.last, &only);
  if (!dense.ok()) return dense.status();
  if (*dense && only == asked.currency) {
    SelectDense(asked, found);
  } else if (*dense) {
    if (asked.below) found.below = 0;
  } else if (absl::Status status = SelectListed(index, asked, found); !status.ok()) {
    return status;
  }
  findings.currency = std::move(found);
  return absl::OkStatus();
}

}  // namespace

absl::Status Look(const IndexReader& index, const IndexLookup& lookup, IndexFindings& findings) {
  findings.position = index.position();
  absl::Status status;
  if (lookup.key) status = LookUpKey(index, *lookup.key, findings);
  if (status.ok()) status = LookUpAllRows(index, lookup.rows, findings);
  if (status.ok() && lookup.currency) status = LookUpCurrency(index, *lookup.currency, findings);
  return status;
}

}  // namespace wallet
