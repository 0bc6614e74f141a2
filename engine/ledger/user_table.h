// Every user's accounts: the ledger's largest table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/ledger/account.h"
#include "engine/ledger/lot_memory.h"
#include "engine/ledger/ref_table.h"
#include "engine/ledger/types.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"
#include "wal/base/huge_pages.h"
#include "wal/base/huge_reserve.h"

namespace wallet {

// Nearly every user has one currency: its account lies beside the user's own numbers, with a lot of
// it, in 56 bytes: with his id they are one line of the processor's cache, and ten million users
// take less than a gigabyte.
class User {
 public:
  // A user who is charged a million times a second runs out of ids after nine years.
  static constexpr int kIdBits = 48;
  static constexpr int64_t kMaxLastId = (int64_t{1} << kIdBits) - 1;

  TransactionId last_id() const { return TransactionId(static_cast<int64_t>(last_id_)); }
  void set_last_id(TransactionId id) {
    WALLET_CHECK(id.value() >= 0 && id.value() <= kMaxLastId);
    last_id_ = static_cast<uint64_t>(id.value());
  }

  // Null when the user has no account in it.
  const Account* Find(Currency currency) const;
  // Makes the account if need be.
  Account& At(Currency currency);

  void ForEachAccount(absl::FunctionRef<void(Currency, const Account&)> visit) const;
  Currency first_currency() const { return first_currency_; }
  size_t account_count() const { return 1 + (others_ ? others_->size() : 0); }
  // Over all accounts, matured ones included.
  size_t lot_count() const;
  // Brings those of the first account closer to the processor; a hint.
  void PrefetchLots() const { first_.PrefetchLots(); }

 private:
  uint64_t last_id_ : kIdBits = 0;
  Currency first_currency_;
  Account first_;
  std::unique_ptr<std::map<Currency, Account>> others_;
};
static_assert(sizeof(User) == 56);

// Users lie one behind the other in the order in which they came and never move; a RefTable says
// where. So a growth copies no user, and of a user who is looked for two places are read. One
// thread, readers too.
class UserTable {
 public:
  UserTable() = default;
  ~UserTable();
  UserTable(UserTable&&) = delete;

  // New memory comes from there from now on; it outlives the table.
  void UseReserve(HugeReserve& reserve) {
    reserve_ = &reserve;
    lots_.UseReserve(reserve);
    index_.UseReserve(reserve);
  }
  // Null where there is none.
  HugeReserve* reserve() const { return reserve_; }

  const User* Find(UserId user) const;
  // Makes the user if need be.
  User& At(UserId user) { return UserOf(NumberAt(user)); }

  // Users are numbered from 1 in the order in which they came, without gaps.
  uint32_t size() const { return size_; }
  // Makes the user if need be.
  uint32_t NumberAt(UserId user);
  UserId IdOf(uint32_t number) const { return RecordOf(number).id; }
  User& UserOf(uint32_t number) { return RecordOf(number).user; }
  const User& UserOf(uint32_t number) const { return RecordOf(number).user; }
  // Where the lots of all users lie.
  LotMemory& lots() { return lots_; }

  // Bring a user closer to the processor, in steps with other work between them; hints.
  void PrefetchIndex(UserId user) const { index_.Prefetch(Hash(user)); }
  void PrefetchUser(UserId user) const;
  void PrefetchLots(UserId user) const;

  // In the order in which they came.
  void ForEach(absl::FunctionRef<void(UserId, const User&)> visit) const;

 private:
  struct Record {
    UserId id;
    User user;
  };
  static_assert(sizeof(Record) == 64);
  // As many as fill a huge page.
  static constexpr uint32_t kChunkUsers = kHugePageBytes / sizeof(Record);

  static uint64_t Hash(UserId user) {
    // Not the hash that shards are chosen by: within a shard that one has bits in common.
    return Mix64(static_cast<uint64_t>(user.value()) ^ 0x9ae16a3b2f90404f);
  }
  Record& RecordOf(uint32_t number) const {
    char* chunk = chunks_[(number - 1) / kChunkUsers].get();
    return reinterpret_cast<Record*>(chunk)[(number - 1) % kChunkUsers];
  }
  // 0 when there is none.
  uint32_t NumberOf(UserId user) const {
    if (user == last_found_) return last_number_;
    const uint32_t number =
        index_.Find(Hash(user), [&](uint32_t each) { return RecordOf(each).id == user; });
    if (number != 0) {
      last_found_ = user;
      last_number_ = number;
    }
    return number;
  }

  HugeReserve* reserve_ = nullptr;
  LotMemory lots_;
  RefTable index_;
  std::vector<HugeMemory> chunks_;
  uint32_t size_ = 0;
  // An operation looks its user up several times. Users never move nor leave.
  mutable UserId last_found_;
  mutable uint32_t last_number_ = 0;
};

}  // namespace wallet
