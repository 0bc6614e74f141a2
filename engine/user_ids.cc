#include "engine/user_ids.h"

#include <algorithm>

namespace wallet {

UserIds::UserIds(UserId user, std::optional<Currency> currency, const UserSummary& summary,
                 const Generation& growing, const Generation* frozen, Disk& disk)
    : user_(user), currency_(currency.value_or(Currency())), disk_(disk) {
  if (!currency || summary.currencies <= 1) {
    const bool all = !currency || *currency == summary.first_currency;
    if (all) growing_ = CurrencyIds(IdSpan{1, summary.last.value()});
    return;
  }
  growing_ = growing.IdsOf(user, *currency);
  if (frozen) frozen_ = frozen->IdsOf(user, *currency);
  IdSpan oldest = frozen ? frozen->SpanOf(user) : IdSpan();
  if (oldest.last == 0) oldest = growing.SpanOf(user);
  in_index_ = oldest.last == 0 ? summary.last.value() : oldest.first - 1;
  if (in_index_ > 0) CountIndexed();
}

void UserIds::CountIndexed() {
  if (disk_.found && disk_.found->currency) {
    indexed_ = disk_.found->currency->count;
  } else {
    WantCurrency();
  }
}

IndexLookup::Currency& UserIds::WantCurrency() const {
  IndexLookup& wanted = disk_.Want();
  if (!wanted.currency) {
    wanted.currency = {
        .user = user_, .currency = currency_, .last = TransactionId(in_index_), .below = {}};
  }
  return *wanted.currency;
}

int64_t UserIds::CountBelow(int64_t id) const {
  if (id <= 1) return 0;
  if (id > in_index_) {
    return indexed_ + frozen_.CountBelow(id) + growing_.CountBelow(id);
  }
  if (disk_.found && disk_.found->currency && disk_.found->currency->below) {
    return *disk_.found->currency->below;
  }
  WantCurrency().below = TransactionId(id);
  return 0;
}

std::vector<TransactionId> UserIds::At(int64_t begin, int64_t end) const {
  std::vector<TransactionId> ids;
  AppendIndexed(begin, std::min(end, indexed_), ids);
  int64_t first = indexed_;
  for (const CurrencyIds* part : {&frozen_, &growing_}) {
    const int64_t from = std::max(begin - first, int64_t{0});
    const int64_t to = std::min(end - first, part->size());
    for (int64_t at = from; at < to; ++at) ids.emplace_back((*part)[at]);
    first += part->size();
  }
  return ids;
}

void UserIds::AppendIndexed(int64_t begin, int64_t end, std::vector<TransactionId>& ids) const {
  if (begin >= end) return;
  const auto* found = disk_.found && disk_.found->currency ? &*disk_.found->currency : nullptr;
  const auto had = found ? found->from + static_cast<int64_t>(found->ids.size()) : 0;
  if (found == nullptr || begin < found->from || end > had) {
    IndexLookup::Currency& wanted = WantCurrency();
    wanted.from = begin;
    wanted.limit = end - begin;
    for (int64_t at = begin; at < end; ++at) ids.emplace_back(1);  // as many, that mean nothing
    return;
  }
  for (int64_t at = begin; at < end; ++at) {
    ids.push_back(found->ids[static_cast<size_t>(at - found->from)]);
  }
}

}  // namespace wallet
