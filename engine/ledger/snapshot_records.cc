#include "engine/ledger/snapshot_records.h"

#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr size_t kMaxAccountBytes = 1 + kCurrencyBytes + 3 * kMaxVarintBytes;
constexpr size_t kMaxLotBytes = 2 * kMaxVarintBytes;
constexpr size_t kMaxFlowBytes = kCurrencyBytes + 3 * 2 * kMaxVarintBytes;
constexpr size_t kMaxOpenBytes = 512;

static_assert(kMaxInlineLots * kMaxLotBytes + 180 * kMaxAccountBytes < kMaxSnapshotRecordBytes);
static_assert(kMaxBankNameBytes + kMaxDestinationBytes + 100 < kMaxOpenBytes);

}  // namespace

void UserBlock::Add(UserId id, const User& user) {
  AddUser(id, user.last_id());
  size_t more = user.account_count();
  user.ForEachAccount([&](Currency currency, const Account& account) {
    const uint8_t lots = account.lot_count() > 0 ? kHasLots : 0;
    AddAccount(currency, account.total(), account.held(), lots | (--more ? kMoreAccounts : 0));
    if (lots) AddLots(account);
  });
}

void UserBlock::Add(const FrozenUser& user) {
  AddUser(user.id(), user.last_id());
  size_t more = user.accounts().size();
  for (const auto& account : user.accounts()) {
    const uint8_t lots = account.has_lots ? kLotsFollow : 0;
    AddAccount(account.currency, account.total, account.held, lots | (--more ? kMoreAccounts : 0));
  }
}

void UserBlock::AddUser(UserId id, TransactionId last_id) {
  block_.Reserve(2 * kMaxVarintBytes);
  block_.Signed(id.value() - last_user_.value());
  block_.Number(last_id.value());
  last_user_ = id;
}

void UserBlock::AddAccount(Currency currency, Amount total, Amount held, uint8_t flags) {
  block_.Reserve(kMaxAccountBytes);
  if (currency != last_currency_) flags |= kNamesCurrency;
  if (held != kNoAmount) flags |= kHasHeld;
  block_.Byte(flags);
  if (flags & kNamesCurrency) block_.Name(currency);
  block_.Number(total.value());
  if (flags & kHasHeld) block_.Number(held.value());
  last_currency_ = currency;
}

void UserBlock::AddLots(const Account& account) {
  block_.Reserve(kMaxVarintBytes + account.lot_count() * kMaxLotBytes);
  block_.Number(uint64_t{account.lot_count()});
  account.WalkLotsAfter(Instant(-1), [&](Instant release_at, Amount amount) {
    block_.Signed(release_at.value() - last_instant_.value());
    block_.Number(amount.value());
    last_instant_ = release_at;
    return true;
  });
}

void UserBlock::MoveTo(std::string& out) {
  block_.MoveTo(out);
  last_user_ = UserId();
  last_currency_ = Currency();
  last_instant_ = Instant();
}

void LotsBlock::Begin(UserId user, Currency currency) {
  WALLET_CHECK(block_.empty());
  block_.Byte(0);  // patched by MoveTo
  block_.Number(user.value());
  block_.Name(currency);
  last_instant_ = Instant();
}

void LotsBlock::Add(Instant release_at, Amount amount) {
  block_.Reserve(kMaxLotBytes);
  block_.Number(release_at.value() - last_instant_.value());
  block_.Number(amount.value());
  last_instant_ = release_at;
}

void LotsBlock::MoveTo(bool last, std::string& out) {
  block_.PatchFirst(last ? 1 : 0);
  block_.MoveTo(out);
}

void OpenBlock::Add(const OpenWithdrawal& open) {
  block_.Reserve(kMaxOpenBytes);
  WALLET_CHECK(open.bank.size() <= kMaxBankNameBytes &&
               open.destination.size() <= kMaxDestinationBytes);
  block_.Number(open.user.value());
  block_.Number(open.id.value());
  block_.Name(open.currency);
  block_.Number(open.amount.value());
  block_.Fixed(open.epoch.bits(), kEpochBytes);
  block_.Number(open.created_at.value());
  block_.Number(open.updated_at.value());
  block_.Byte(static_cast<uint8_t>(open.substatus) | (open.may_have_paid ? kMayHavePaid : 0));
  block_.Number(uint64_t{open.attempts});
  block_.Text(open.bank);
  block_.Text(open.destination);
}

void AppendEnd(const SectionEnd& end, std::string& out) {
  SnapshotBlock block(BlockType::kEnd);
  block.Number(end.users);
  block.Number(end.accounts);
  block.Number(end.open);
  block.Number(end.last_stamp.value());
  for (const Digest& digest : {end.keys, end.digest}) {
    block.Fixed(digest.low, sizeof(uint64_t));
    block.Fixed(digest.high, sizeof(uint64_t));
  }
  block.Number(uint64_t{end.flows.size()});
  for (const auto& [currency, flow] : end.flows) {
    block.Reserve(kMaxFlowBytes + sizeof(uint64_t));
    block.Name(currency);
    for (const Int128 amount : {flow.charged, flow.paid, flow.held}) {
      block.Number(static_cast<unsigned __int128>(amount));
    }
  }
  block.Fixed(Xxh3(block.bytes()), sizeof(uint64_t));
  block.MoveTo(out);
}

}  // namespace wallet
