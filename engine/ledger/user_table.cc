#include "engine/ledger/user_table.h"

#include "wal/base/prefetch.h"

namespace wallet {

const Account* User::Find(Currency currency) const {
  if (currency == first_currency_) return &first_;
  if (!others_) return nullptr;
  const auto it = others_->find(currency);
  return it == others_->end() ? nullptr : &it->second;
}

Account& User::At(Currency currency) {
  if (first_currency_ == Currency()) first_currency_ = currency;
  if (currency == first_currency_) return first_;
  if (!others_) others_ = std::make_unique<std::map<Currency, Account>>();
  return (*others_)[currency];
}

void User::ForEachAccount(absl::FunctionRef<void(Currency, const Account&)> visit) const {
  visit(first_currency_, first_);
  if (!others_) return;
  for (const auto& [currency, account] : *others_) visit(currency, account);
}

size_t User::lot_count() const {
  size_t lots = 0;
  ForEachAccount([&](Currency, const Account& account) { lots += account.lot_count(); });
  return lots;
}

UserTable::~UserTable() {
  for (uint32_t number = 1; number <= size_; ++number) RecordOf(number).~Record();
}

const User* UserTable::Find(UserId user) const {
  const uint32_t number = NumberOf(user);
  return number == 0 ? nullptr : &RecordOf(number).user;
}

uint32_t UserTable::NumberAt(UserId user) {
  if (const uint32_t number = NumberOf(user)) return number;
  WALLET_CHECK(size_ < UINT32_MAX);
  if (size_ % kChunkUsers == 0) {
    chunks_.push_back(reserve_ ? reserve_->Take() : AllocateHuge(kHugePageBytes));
  }
  index_.Add(Hash(user), ++size_);
  new (&RecordOf(size_)) Record{.id = user};
  return size_;
}

void UserTable::PrefetchUser(UserId user) const {
  const uint32_t number = index_.Guess(Hash(user));
  if (number != 0) Prefetch(&RecordOf(number));
}

void UserTable::PrefetchLots(UserId user) const {
  const uint32_t number = index_.Guess(Hash(user));
  if (number != 0) RecordOf(number).user.PrefetchLots();
}

void UserTable::ForEach(absl::FunctionRef<void(UserId, const User&)> visit) const {
  for (uint32_t number = 1; number <= size_; ++number) {
    const Record& record = RecordOf(number);
    visit(record.id, record.user);
  }
}

}  // namespace wallet
