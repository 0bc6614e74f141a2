#include "engine/ledger/ledger_snapshot.h"

#include <algorithm>
#include <tuple>

#include "wal/base/check.h"

namespace wallet {
namespace {

// What a slice is charged besides bytes: writing a record takes as long as copying some hundreds of
// bytes, and what is passed over takes time, too.
constexpr size_t kUserWork = 32;
constexpr size_t kOpenWork = 32;
constexpr size_t kPassedUserWork = 1;
constexpr size_t kLotWork = 4;

// How far ahead of the user who is written his lots are asked for.
constexpr uint32_t kPrefetchUsers = 8;

}  // namespace

// The slice under way and what it may still cost.
class LedgerSnapshot::Slice {
 public:
  Slice(size_t max_work, std::string& out) : left_(std::max<size_t>(max_work, 1)), out_(out) {}

  std::string& out() { return out_; }
  bool full() const { return left_ == 0; }
  void Spend(size_t work) { left_ -= std::min(left_, work); }

 private:
  size_t left_;
  std::string& out_;
};

LedgerSnapshot::LedgerSnapshot(LedgerState& state)
    : state_(state),
      cut_(++state.cuts),
      users_(state.users.size()),
      saved_(users_, state.users.reserve()) {
  WALLET_CHECK_NOTE(state_.snapshot == nullptr, "one snapshot at a time");
  WALLET_CHECK(state_.ConservationHolds());
  end_ = {.users = users_,
          .accounts = state_.accounts,
          .open = static_cast<int64_t>(state_.open.size()),
          .last_stamp = state_.last_stamp,
          .keys = state_.keys,
          .flows = state_.flows};
  end_.digest = state_.keys;
  state_.snapshot = this;
}

LedgerSnapshot::~LedgerSnapshot() {
  if (state_.snapshot == this) state_.snapshot = nullptr;
}

Digest LedgerSnapshot::digest() const {
  WALLET_CHECK(phase_ == Phase::kDone);
  return end_.digest;
}

bool LedgerSnapshot::Next(size_t max_bytes, std::string& out) {
  if (phase_ == Phase::kDone) return false;
  Slice slice(max_bytes, out);
  while (phase_ != Phase::kDone && !slice.full()) Step(slice);
  return true;
}

void LedgerSnapshot::Step(Slice& slice) {
  // Before all else: whole blocks may have been put aside before the first slice was asked for.
  if (phase_ == Phase::kVersion) return WriteVersion(slice);
  if (piece_) return WritePiece(slice);
  if (!side_.empty()) return WriteSide(slice);
  if (phase_ == Phase::kUsers) return WriteUsers(slice);
  if (phase_ == Phase::kOpen) return WriteOpen(slice);
  WALLET_CHECK(phase_ == Phase::kEnd);
  WriteEnd(slice);
}

void LedgerSnapshot::WriteVersion(Slice& slice) {
  slice.out().push_back(static_cast<char>(kSnapshotVersion));
  phase_ = Phase::kUsers;
}

void LedgerSnapshot::WriteSide(Slice& slice) {
  const std::string& block = side_.front();
  slice.out().append(block);
  slice.Spend(block.size());
  side_bytes_ -= block.size();
  side_.pop_front();
}

void LedgerSnapshot::WriteUsers(Slice& slice) {
  const SnapshotBlock& block = user_block_.block();
  while (next_user_ <= users_ && !piece_ && !slice.full() && !block.full()) WriteNextUser(slice);
  if (!block.empty()) user_block_.MoveTo(slice.out());
  if (next_user_ > users_) phase_ = Phase::kOpen;
}

void LedgerSnapshot::WriteNextUser(Slice& slice) {
  const uint32_t number = next_user_;
  if (InPieces(number)) return BeginPieces(Freeze(number));
  ++next_user_;
  if (number + kPrefetchUsers <= users_)
    state_.users.UserOf(number + kPrefetchUsers).PrefetchLots();
  if (saved_.Has(number)) return slice.Spend(kPassedUserWork);
  const size_t before = user_block_.block().size();
  WriteWhole(number, user_block_);
  slice.Spend(kUserWork + user_block_.block().size() - before);
}

void LedgerSnapshot::WriteWhole(uint32_t number, UserBlock& block) {
  const UserId id = state_.users.IdOf(number);
  const User& user = state_.users.UserOf(number);
  block.Add(id, user);
  end_.digest += UserDigest(id, user, kMinInstant);
  ++written_users_;
}

void LedgerSnapshot::BeginPieces(FrozenUser& user) {
  user_block_.Add(user);
  end_.digest += UserDigest(user.id(), user.last_id());
  for (const auto& account : user.accounts()) {
    if (account.has_lots) continue;
    end_.digest += AccountHasher(user.id(), account.currency, account.total, account.held).digest();
  }
  SeekAccount(user, 0);
}

void LedgerSnapshot::SeekAccount(FrozenUser& user, size_t account) {
  const auto& accounts = user.accounts();
  while (account < accounts.size() && !accounts[account].has_lots) ++account;
  piece_.reset();
  if (account < accounts.size()) {
    const auto& begun = accounts[account];
    piece_.emplace(
        Piece{.user = &user,
              .account = account,
              .hasher = AccountHasher(user.id(), begun.currency, begun.total, begun.held)});
    return;
  }
  large_.erase(next_user_++);
  ++written_users_;
}

void LedgerSnapshot::WritePiece(Slice& slice) {
  Piece& piece = *piece_;
  const SnapshotBlock& block = lots_block_.block();
  lots_block_.Begin(piece.user->id(), piece.user->accounts()[piece.account].currency);
  bool last = true;
  const auto write = [&](Instant release_at, Amount amount) {
    if (slice.full() || block.full()) return last = false;
    const size_t before = block.size();
    if (amount != kNoAmount) {
      lots_block_.Add(release_at, amount);
      piece.hasher.Add(release_at, amount);
    }
    slice.Spend(kLotWork + block.size() - before);
    piece.after = release_at;
    return true;
  };
  piece.user->WalkLotsAfter(state_.users.UserOf(next_user_), piece.account, piece.after, write);
  lots_block_.MoveTo(last, slice.out());
  piece.user->Forget(piece.account, last ? Instant(INT64_MAX) : piece.after);
  if (!last) return;
  end_.digest += piece.hasher.digest();
  SeekAccount(*piece.user, piece.account + 1);
}

void LedgerSnapshot::WriteOpen(Slice& slice) {
  const SnapshotBlock& block = open_block_.block();
  auto it = state_.open.upper_bound(last_open_);
  for (; it != state_.open.end() && !slice.full() && !block.full(); ++it) {
    const size_t before = block.size();
    if (it->second.done_in_cut != cut_) WriteWhole(it->second, open_block_);
    slice.Spend(kOpenWork + block.size() - before);
    last_open_ = it->first;
  }
  if (!block.empty()) open_block_.MoveTo(slice.out());
  if (it == state_.open.end()) phase_ = Phase::kEnd;
}

void LedgerSnapshot::WriteWhole(OpenEntry& entry, OpenBlock& block) {
  block.Add(entry.withdrawal);
  end_.digest += OpenDigest(entry.withdrawal);
  entry.done_in_cut = cut_;
  ++written_open_;
}

void LedgerSnapshot::WriteEnd(Slice& slice) {
  Seal(side_users_);
  Seal(side_open_);
  if (!side_.empty()) return;
  WALLET_CHECK(written_users_ == end_.users && written_open_ == end_.open);
  AppendEnd(end_, slice.out());
  phase_ = Phase::kDone;
  state_.snapshot = nullptr;
}

void LedgerSnapshot::Save(uint32_t number, const Event& event) {
  if (InPieces(number)) return Freeze(number).BeforeChange(state_.users.UserOf(number), event);
  WriteWhole(number, side_users_);
  saved_.Add(number);
  if (side_users_.block().full()) Seal(side_users_);
}

void LedgerSnapshot::Save(OpenEntry& entry) {
  WriteWhole(entry, side_open_);
  if (side_open_.block().full()) Seal(side_open_);
}

template <class Block>
void LedgerSnapshot::Seal(Block& block) {
  if (block.block().empty()) return;
  std::string& sealed = side_.emplace_back();
  sealed.reserve(kBlockHeadBytes + block.block().size());
  block.MoveTo(sealed);
  side_bytes_ += sealed.size();
}

bool LedgerSnapshot::InPieces(uint32_t number) const {
  if (!large_.empty() && large_.contains(number)) return true;
  return !saved_.Has(number) && state_.users.UserOf(number).lot_count() > kMaxInlineLots;
}

FrozenUser& LedgerSnapshot::Freeze(uint32_t number) {
  return large_.try_emplace(number, state_.users.IdOf(number), state_.users.UserOf(number))
      .first->second;
}

}  // namespace wallet
