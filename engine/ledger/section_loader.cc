#include "engine/ledger/section_loader.h"

#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/ledger/limits.h"
#include "engine/ledger/state_hash.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

// How far ahead of the user who is loaded his places in memory are asked for.
constexpr size_t kPrefetchUsers = 16;

std::string NameOf(UserId user) { return absl::StrCat("user ", user.value()); }

}  // namespace

absl::Status SectionLoader::Add(std::string_view bytes) {
  buffer_.append(bytes);
  if (!has_version_) {
    if (buffer_.empty()) return absl::OkStatus();
    if (absl::Status status = ReadVersion(); !status.ok()) return status;
  }
  std::string_view left = buffer_;
  BlockType type{};
  std::string_view payload;
  while (TakeBlock(left, type, payload)) {
    if (absl::Status status = Load(type, payload); !status.ok()) return status;
    position_ += kBlockHeadBytes + payload.size();
  }
  if (oversized_) return Refuse("a block larger than any");
  if (has_end_ && !left.empty()) return Refuse("it goes on behind its end");
  buffer_.erase(0, buffer_.size() - left.size());
  return absl::OkStatus();
}

absl::Status SectionLoader::Finish() const {
  return has_end_ ? absl::OkStatus() : Refuse("it ends too early");
}

absl::Status SectionLoader::ReadVersion() {
  const uint8_t version = static_cast<uint8_t>(buffer_.front());
  if (version > kSnapshotVersion) {
    return absl::UnimplementedError(absl::StrCat("the snapshot's accounts have version ", version,
                                                 "; this program reads versions up to ",
                                                 kSnapshotVersion));
  }
  if (version != kSnapshotVersion) return Refuse("no version has this number");
  buffer_.erase(0, 1);
  position_ = 1;
  has_version_ = true;
  return absl::OkStatus();
}

bool SectionLoader::TakeBlock(std::string_view& bytes, BlockType& type, std::string_view& payload) {
  Reader reader(bytes);
  type = static_cast<BlockType>(reader.Fixed<uint8_t>());
  const uint32_t size = reader.Fixed<uint32_t>();
  if (!reader.ok()) return false;
  oversized_ = size > kMaxSnapshotBlockBytes;
  payload = reader.Raw(size);
  if (!reader.ok() || oversized_) return false;
  bytes.remove_prefix(kBlockHeadBytes + size);
  return true;
}

absl::Status SectionLoader::Load(BlockType type, std::string_view payload) {
  if (has_end_) return Refuse("it goes on behind its end");
  if (pending_.empty() == (type == BlockType::kLots)) return Refuse("a block out of turn");
  switch (type) {
    case BlockType::kUsers:
      return LoadUsers(payload);
    case BlockType::kLots:
      return LoadLots(payload);
    case BlockType::kOpen:
      return LoadOpen(payload);
    case BlockType::kEnd:
      return LoadEnd(payload);
  }
  return Refuse("a block of no known type");
}

absl::Status SectionLoader::LoadUsers(std::string_view payload) {
  if (!DecodeUsers(payload, user_rows_)) return Refuse("users that can't be read");
  const std::vector<UserRow>& rows = user_rows_.users;
  Cursor at;
  if (target_.only_checked) {
    for (const UserRow& row : rows) {
      absl::Status status = LotsFollow(row, at) ? LoadUser(row, at) : CheckUser(row, at);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
  const auto prefetch = [&](size_t i) {
    if (i >= rows.size()) return;
    if (const LedgerState* ledger = target_.Of(rows[i].id)) ledger->users.PrefetchIndex(rows[i].id);
  };
  for (size_t i = 0; i < kPrefetchUsers; ++i) prefetch(i);
  for (size_t i = 0; i < rows.size(); ++i) {
    prefetch(i + kPrefetchUsers);
    if (absl::Status status = LoadUser(rows[i], at); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SectionLoader::LoadUser(const UserRow& row, Cursor& at) {
  LedgerState* ledger = target_.Of(row.id);
  if (!ledger) return Refuse(NameOf(row.id) + " is of none of the ledgers");
  const uint32_t before = ledger->users.size();
  const uint32_t number = ledger->users.NumberAt(row.id);
  if (number <= before) return Refuse(NameOf(row.id) + " comes twice");
  ledger->users.UserOf(number).set_last_id(row.last_id);
  ++users_;
  const size_t pending = pending_.size();
  for (size_t i = 0; i < row.accounts; ++i) {
    if (absl::Status status = LoadAccount(*ledger, number, at); !status.ok()) return status;
  }
  if (pending_.size() == pending) {
    AddUserDigest(*ledger, number);
  } else {
    pending_.back().last_of_user = true;
  }
  return absl::OkStatus();
}

bool SectionLoader::LotsFollow(const UserRow& row, const Cursor& at) const {
  for (size_t i = 0; i < row.accounts; ++i) {
    if (user_rows_.accounts[at.account + i].lots_follow) return true;
  }
  return false;
}

absl::Status SectionLoader::CheckUser(const UserRow& row, Cursor& at) {
  ++users_;
  digest_ += UserDigest(row.id, row.last_id);
  const std::span<const AccountRow> accounts(&user_rows_.accounts[at.account], row.accounts);
  for (size_t i = 0; i < accounts.size(); ++i) {
    const AccountRow& account = accounts[i];
    for (size_t before = 0; before < i; ++before) {
      if (accounts[before].currency == account.currency) return Refuse("an account comes twice");
    }
    AccountHasher hasher(row.id, account.currency, account.total, account.held);
    for (size_t lot = 0; lot < account.lots; ++lot, ++at.lot) {
      hasher.Add(user_rows_.lots[at.lot].release_at, user_rows_.lots[at.lot].amount);
    }
    digest_ += hasher.digest();
    Flow& flow = flows_[account.currency];
    flow.in_accounts += account.total.value();
    flow.held_in_accounts += account.held.value();
  }
  at.account += accounts.size();
  accounts_ += static_cast<int64_t>(accounts.size());
  return absl::OkStatus();
}

absl::Status SectionLoader::LoadAccount(LedgerState& ledger, uint32_t user, Cursor& at) {
  const AccountRow& row = user_rows_.accounts[at.account++];
  User& owner = ledger.users.UserOf(user);
  if (owner.Find(row.currency)) return Refuse("an account comes twice");
  Account& account = owner.At(row.currency);
  WALLET_CHECK(account.Restore(row.total, row.held));  // DecodeUsers has seen to both
  for (size_t i = 0; i < row.lots; ++i) {
    const LotRow& lot = user_rows_.lots[at.lot++];
    WALLET_CHECK(account.RestoreLot(lot.release_at, lot.amount, ledger.users.lots()));
  }
  for (Flow* flow : {&ledger.flows[row.currency], &flows_[row.currency]}) {
    flow->in_accounts += row.total.value();
    flow->held_in_accounts += row.held.value();
  }
  ++ledger.accounts;
  ++accounts_;
  if (row.lots_follow) {
    pending_.push_back({.ledger = &ledger, .user = user, .currency = row.currency});
  }
  return absl::OkStatus();
}

absl::Status SectionLoader::LoadLots(std::string_view payload) {
  if (!DecodeLots(payload, lots_rows_)) return Refuse("lots that can't be read");
  Pending& pending = pending_.front();
  UserTable& users = pending.ledger->users;
  if (users.IdOf(pending.user) != lots_rows_.user || pending.currency != lots_rows_.currency) {
    return Refuse("lots of another account than the one they must follow");
  }
  Account& account = users.UserOf(pending.user).At(pending.currency);
  for (const LotRow& lot : lots_rows_.lots) {
    if (lot.release_at <= pending.last) return Refuse("lots that do not rise");
    if (!account.RestoreLot(lot.release_at, lot.amount, users.lots()))
      return Refuse("lots exceed their account");
    pending.last = lot.release_at;
  }
  if (!lots_rows_.last) return absl::OkStatus();
  if (pending.last_of_user) AddUserDigest(*pending.ledger, pending.user);
  pending_.pop_front();
  return absl::OkStatus();
}

absl::Status SectionLoader::LoadOpen(std::string_view payload) {
  if (!DecodeOpen(payload, open_rows_)) return Refuse("withdrawals that can't be read");
  for (OpenWithdrawal& open : open_rows_) {
    if (absl::Status status = LoadWithdrawal(std::move(open)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SectionLoader::LoadWithdrawal(OpenWithdrawal open) {
  LedgerState* ledger = target_.Of(open.user);
  if (!ledger) return Refuse(NameOf(open.user) + " is of none of the ledgers");
  for (Flow* flow : {&ledger->flows[open.currency], &flows_[open.currency]}) {
    flow->held += open.amount.value();
  }
  ++open_;
  digest_ += OpenDigest(open);
  return ledger->AddOpen(std::move(open)) ? absl::OkStatus() : Refuse("a withdrawal comes twice");
}

absl::Status SectionLoader::LoadEnd(std::string_view payload) {
  if (!DecodeEnd(payload, end_)) return Refuse("an end that can't be read");
  if (users_ != end_.users || accounts_ != end_.accounts || open_ != end_.open) {
    return Refuse(absl::StrCat("it has ", users_, " users, ", accounts_, " accounts, ", open_,
                               " withdrawals; there must be ", end_.users, ", ", end_.accounts,
                               ", ", end_.open));
  }
  digest_ += end_.keys;
  if (digest_ != end_.digest) {
    return Refuse(
        absl::StrCat("its digest is ", ToHex(digest_), "; it must be ", ToHex(end_.digest)));
  }
  has_end_ = true;
  return CheckFlows();
}

absl::Status SectionLoader::CheckFlows() {
  for (const auto& [currency, flow] : end_.flows) {
    Flow& loaded = flows_[currency];
    loaded.charged = flow.charged;
    loaded.paid = flow.paid;
    if (!loaded.Conserves() || loaded.held != flow.held) {
      return Refuse(currency.ToString() + " is not what came in less what went out");
    }
  }
  if (flows_.size() != end_.flows.size()) return Refuse("a currency of which nothing came in");
  return absl::OkStatus();
}

void SectionLoader::AddUserDigest(const LedgerState& ledger, uint32_t user) {
  digest_ += UserDigest(ledger.users.IdOf(user), ledger.users.UserOf(user), kMinInstant);
}

absl::Status SectionLoader::Refuse(std::string_view why) const {
  return absl::DataLossError(absl::StrCat("section ", number_, " of the snapshot, at byte ",
                                          position_, ": ", std::string(why)));
}

}  // namespace wallet
