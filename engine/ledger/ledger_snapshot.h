// A ledger as it was at one moment, written down while it goes on.
//
//   auto snapshot = ledger.BeginSnapshot();          // the cut: a few microseconds
//   std::string slice;
//   while (snapshot->Next(64 << 10, slice)) {        // between the shard's other work
//     hand over slice; slice.clear();
//   }
//
// The slices, one behind the other, are a section (engine/ledger/SNAPSHOT.md); a LedgerLoader reads
// the sections of all shards. What the ledger is about to change for the first time since the cut,
// and is not written yet, it first puts aside here (copy-on-write); a user or withdrawal made after
// the cut is not part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/ledger/event.h"
#include "engine/ledger/frozen_user.h"
#include "engine/ledger/ledger_state.h"
#include "engine/ledger/number_set.h"
#include "engine/ledger/snapshot_records.h"
#include "engine/ledger/state_hash.h"
#include "engine/ledger/types.h"

namespace wallet {

// On the ledger's thread, destructor included. One that ends before all is written was given up:
// its slices are worthless, and the ledger is as if there had been none.
class LedgerSnapshot {
 public:
  // See Ledger::BeginSnapshot.
  explicit LedgerSnapshot(LedgerState& state);
  ~LedgerSnapshot();
  LedgerSnapshot(const LedgerSnapshot&) = delete;

  // Appends the next slice to `out`: at least a record, and at most a block
  // (kMaxSnapshotBlockBytes) more than `max_bytes`. Its time is in proportion to `max_bytes`,
  // however many lots a user has: records that take few bytes end a slice early. False, appending
  // nothing, once all has been handed out; from then on the ledger has no more work with it.
  bool Next(size_t max_bytes, std::string& out);

  // Bytes put aside that wait for Next: memory.
  size_t side_bytes() const {
    return side_bytes_ + side_users_.block().size() + side_open_.block().size();
  }

  // Of the frozen state with all lots, matured ones included: Ledger::DigestAt(kMinInstant) at the
  // cut. Computed while writing: aborts unless Next returned false.
  Digest digest() const;

  // By the ledger only: the user of this number, or the withdrawal, is about to change.
  void BeforeChange(uint32_t number, const Event& event) {
    if (number < next_user_ || number > users_ || saved_.Has(number)) return;
    Save(number, event);
  }
  void BeforeChange(OpenEntry& entry) {
    if (entry.done_in_cut != cut_) Save(entry);
  }

 private:
  enum class Phase : uint8_t { kVersion, kUsers, kOpen, kEnd, kDone };
  class Slice;

  // Where the writing of a user in pieces has come to.
  struct Piece {
    FrozenUser* user;
    size_t account;
    Instant after{-1};
    AccountHasher hasher;
  };

  void Save(uint32_t number, const Event& event);
  void Save(OpenEntry& entry);
  // Closes the block and puts it where Next finds it.
  template <class Block>
  void Seal(Block& block);

  void Step(Slice& slice);
  void WriteVersion(Slice& slice);
  void WriteSide(Slice& slice);
  void WriteUsers(Slice& slice);
  void WriteNextUser(Slice& slice);
  void WriteWhole(uint32_t number, UserBlock& block);
  void BeginPieces(FrozenUser& user);
  // To the first account from this one on that has lots.
  void SeekAccount(FrozenUser& user, size_t account);
  void WritePiece(Slice& slice);
  void WriteOpen(Slice& slice);
  void WriteWhole(OpenEntry& entry, OpenBlock& block);
  void WriteEnd(Slice& slice);

  bool InPieces(uint32_t number) const;
  FrozenUser& Freeze(uint32_t number);

  LedgerState& state_;
  const uint64_t cut_;
  const uint32_t users_;  // those of a higher number came later
  SectionEnd end_;        // as it will be written; its digest grows
  int64_t written_users_ = 0;
  int64_t written_open_ = 0;

  Phase phase_ = Phase::kVersion;
  uint32_t next_user_ = 1;                      // all before are written
  std::pair<UserId, TransactionId> last_open_;  // all up to it are written
  NumberSet saved_;                             // users put aside whole
  std::map<uint32_t, FrozenUser> large_;        // users who are to be written in pieces
  std::optional<Piece> piece_;                  // of next_user_

  UserBlock user_block_;
  LotsBlock lots_block_;
  OpenBlock open_block_;
  UserBlock side_users_;
  OpenBlock side_open_;
  std::deque<std::string> side_;  // whole blocks
  size_t side_bytes_ = 0;         // in side_
};

}  // namespace wallet
