// Every user's accounts: the ledger's largest table.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/ledger/account.h"
#include "engine/ledger/types.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {

// Nearly every user has one currency: its account lies beside the user's own numbers, within 40
// bytes, so that ten million users take less than a gigabyte.
class User {
 public:
  TransactionId last_id() const { return TransactionId(static_cast<int64_t>(last_id_)); }
  void set_last_id(TransactionId id) {
    WALLET_CHECK(id.value() >= 0 && id.value() < int64_t{1} << kIdBits);
    last_id_ = static_cast<uint64_t>(id.value());
  }

  // Null when the user has no account in it.
  const Account* Find(Currency currency) const;
  // Makes the account if need be.
  Account& At(Currency currency);

  void ForEachAccount(absl::FunctionRef<void(Currency, const Account&)> visit) const;

 private:
  // A user who is charged a million times a second runs out of ids after nine years.
  static constexpr int kIdBits = 48;

  uint64_t last_id_ : kIdBits = 0;
  Currency first_currency_;
  Account first_;
  std::unique_ptr<std::map<Currency, Account>> others_;
};
static_assert(sizeof(User) == 40);

// Users lie one behind the other in the order in which they came and never move; a hash index of 8
// bytes an entry, cut into parts that grow one after the other, says where. So a growth copies no
// user and takes no time to speak of, and of a user who is looked for two places are read.
class UserTable {
 public:
  UserTable() : parts_(kParts) {}
  ~UserTable();

  const User* Find(UserId user) const;
  // Makes the user if need be.
  User& At(UserId user);

  // Bring a user closer to the processor, in two steps with other work between them; hints.
  void PrefetchIndex(UserId user) const;
  void PrefetchUser(UserId user) const;

  // In the order in which they came.
  void ForEach(absl::FunctionRef<void(UserId, const User&)> visit) const;

 private:
  static constexpr int kPartBits = 8;
  static constexpr size_t kParts = size_t{1} << kPartBits;
  static constexpr int kChunkBits = 14;
  static constexpr uint32_t kChunkUsers = uint32_t{1} << kChunkBits;

  struct Record {
    UserId id;
    User user;
  };
  // Storage for kChunkUsers records, of which the first so many live.
  struct Chunk {
    alignas(Record) char bytes[kChunkUsers * sizeof(Record)];
  };
  struct Entry {
    uint32_t tag = 0;     // bits of the hash; they order the entries of a part
    uint32_t number = 0;  // of the user, from 1; 0: free
  };
  struct Part {
    std::unique_ptr<Entry[]> entries;
    uint32_t capacity = 0;
    uint32_t size = 0;
    uint32_t most = 0;  // it grows beyond

    // Rises with the tag: so a larger copy is filled from one end to the other.
    uint32_t Home(uint32_t tag) const {
      return static_cast<uint32_t>(uint64_t{tag} * capacity >> 32);
    }
    uint32_t Next(uint32_t place) const { return place + 1 == capacity ? 0 : place + 1; }
    void Add(Entry entry);
  };

  static uint64_t Hash(UserId user) {
    // Not the hash that shards are chosen by: within a shard that one has bits in common.
    return Mix64(static_cast<uint64_t>(user.value()) ^ 0x9ae16a3b2f90404f);
  }
  static uint32_t Tag(uint64_t hash) { return static_cast<uint32_t>(hash >> (32 - kPartBits)); }
  static size_t PartOf(uint64_t hash) { return hash >> (64 - kPartBits); }

  Record& RecordOf(uint32_t number) const {
    Chunk& chunk = *chunks_[(number - 1) >> kChunkBits];
    return reinterpret_cast<Record*>(chunk.bytes)[(number - 1) & (kChunkUsers - 1)];
  }
  // Null when there is none.
  Record* FindRecord(UserId user, uint64_t hash) const;
  Record& AddRecord(UserId user);
  void Grow(size_t part);

  std::vector<Part> parts_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  uint32_t size_ = 0;
};

}  // namespace wallet
