#include "engine/ledger/user_table.h"

#include <algorithm>

namespace wallet {
namespace {

constexpr uint32_t kLeastCapacity = 8;

}  // namespace

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

UserTable::~UserTable() {
  for (uint32_t number = 1; number <= size_; ++number) RecordOf(number).~Record();
}

void UserTable::Part::Add(Entry entry) {
  uint32_t place = Home(entry.tag);
  while (entries[place].number != 0) place = Next(place);
  entries[place] = entry;
  ++size;
}

UserTable::Record* UserTable::FindRecord(UserId user, uint64_t hash) const {
  const Part& part = parts_[PartOf(hash)];
  if (part.size == 0) return nullptr;
  const uint32_t tag = Tag(hash);
  for (uint32_t place = part.Home(tag); part.entries[place].number != 0; place = part.Next(place)) {
    if (part.entries[place].tag != tag) continue;
    Record& record = RecordOf(part.entries[place].number);
    if (record.id == user) return &record;
  }
  return nullptr;
}

const User* UserTable::Find(UserId user) const {
  const Record* record = FindRecord(user, Hash(user));
  return record ? &record->user : nullptr;
}

User& UserTable::At(UserId user) {
  const uint64_t hash = Hash(user);
  if (Record* record = FindRecord(user, hash)) return record->user;
  const size_t part = PartOf(hash);
  if (parts_[part].size >= parts_[part].most) Grow(part);
  Record& record = AddRecord(user);
  parts_[part].Add({Tag(hash), size_});
  return record.user;
}

UserTable::Record& UserTable::AddRecord(UserId user) {
  WALLET_CHECK(size_ < UINT32_MAX);
  if (size_ % kChunkUsers == 0) chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
  return *new (&RecordOf(++size_)) Record{.id = user};
}

void UserTable::PrefetchIndex(UserId user) const {
  const uint64_t hash = Hash(user);
  const Part& part = parts_[PartOf(hash)];
  if (part.entries) __builtin_prefetch(&part.entries[part.Home(Tag(hash))]);
}

void UserTable::PrefetchUser(UserId user) const {
  const uint64_t hash = Hash(user);
  const Part& part = parts_[PartOf(hash)];
  if (part.size == 0) return;
  const uint32_t tag = Tag(hash);
  uint32_t place = part.Home(tag);
  while (part.entries[place].number != 0 && part.entries[place].tag != tag)
    place = part.Next(place);
  if (part.entries[place].number == 0) return;
  const char* record = reinterpret_cast<const char*>(&RecordOf(part.entries[place].number));
  __builtin_prefetch(record);
  __builtin_prefetch(record + sizeof(Record) - 1);
}

void UserTable::Grow(size_t index) {
  Part& part = parts_[index];
  Part grown;
  grown.capacity = std::max(kLeastCapacity, part.capacity / 2 * 3);
  grown.entries = std::make_unique<Entry[]>(grown.capacity);
  // Probing stays short below four fifths. Parts fill at the same pace: each has a bound of its
  // own, from two thirds of that on, so that they grow one after the other.
  grown.most =
      static_cast<uint32_t>(uint64_t{grown.capacity} * 4 * (2 * kParts + index) / (15 * kParts));
  for (uint32_t i = 0; i < part.capacity; ++i) {
    if (part.entries[i].number != 0) grown.Add(part.entries[i]);
  }
  part = std::move(grown);
}

void UserTable::ForEach(absl::FunctionRef<void(UserId, const User&)> visit) const {
  for (uint32_t number = 1; number <= size_; ++number) {
    const Record& record = RecordOf(number);
    visit(record.id, record.user);
  }
}

}  // namespace wallet
