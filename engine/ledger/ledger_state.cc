#include "engine/ledger/ledger_state.h"

#include <algorithm>
#include <string>

#include "engine/ledger/ledger_snapshot.h"
#include "engine/ledger/state_hash.h"
#include "engine/ledger/states.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// Lets `change` work on the account and counts what its numbers changed by.
template <class Change>
void ChangeAccount(Account& account, Flow& flow, Change change) {
  const Amount total = account.total();
  const Amount held = account.held();
  change(account);
  flow.in_accounts += account.total().value() - total.value();
  flow.held_in_accounts += account.held().value() - held.value();
}

OpenWithdrawal Requested(const Event& event) {
  return {.user = event.user,
          .id = event.id,
          .currency = event.currency,
          .amount = event.amount,
          .epoch = event.epoch,
          .created_at = event.at,
          .updated_at = event.at,
          .destination = std::string(event.destination.value_or(""))};
}

}  // namespace

LedgerState::~LedgerState() { WALLET_CHECK(snapshot == nullptr); }

void LedgerState::Apply(const Event& event) {
  WALLET_CHECK(event.user.value() > 0);
  if (event.type == EventType::kWithdrawalMoved) {
    ApplyMoved(event);
  } else {
    ApplyCreated(event);
  }
  last_stamp = WALLET_MUTANT("last_stamp_goes_back") ? event.at : std::max(last_stamp, event.at);
}

void LedgerState::ApplyCreated(const Event& event) {
  const uint32_t number = users.NumberAt(event.user);
  if (snapshot && !WALLET_MUTANT("change_not_seen_by_snapshot")) [[unlikely]]
    snapshot->BeforeChange(number, event);
  User& user = users.UserOf(number);
  WALLET_CHECK(event.id.value() == user.last_id().value() + 1);
  if (!user.Find(event.currency)) ++accounts;
  Account& account = user.At(event.currency);
  Flow& flow = flows[event.currency];
  user.set_last_id(event.id);
  if (!WALLET_MUTANT("keys_left_out_of_digest")) keys += KeyDigest(event);
  if (event.type == EventType::kCharged) {
    ChangeAccount(account, flow, [&](Account& a) {
      a.Credit(event.amount, event.release_at, event.at, users.lots());
    });
    flow.charged += event.amount.value();
    WALLET_CHECK(flow.Conserves());
    return;
  }
  ChangeAccount(account, flow, [&](Account& a) { a.Hold(event.amount, event.at, users.lots()); });
  flow.held += event.amount.value();
  WALLET_CHECK(flow.Conserves());
  WALLET_CHECK(AddOpen(Requested(event)));
}

bool LedgerState::AddOpen(OpenWithdrawal withdrawal) {
  const Substatus substatus = withdrawal.substatus;
  const std::pair key(withdrawal.user, withdrawal.id);
  const bool added = open.try_emplace(key, OpenEntry{std::move(withdrawal), cuts}).second;
  if (added) ++Count(substatus);
  return added;
}

void LedgerState::ApplyMoved(const Event& event) {
  const auto it = open.find({event.user, event.id});
  WALLET_CHECK(it != open.end());
  if (snapshot && !WALLET_MUTANT("move_not_seen_by_snapshot")) [[unlikely]]
    snapshot->BeforeChange(it->second);
  OpenWithdrawal& withdrawal = it->second.withdrawal;
  WALLET_CHECK(MayFollow(withdrawal.substatus, event.to));
  WALLET_CHECK(event.attempt ==
               withdrawal.attempts + (event.to == Substatus::kDispatching ? 1 : 0));
  if (StatusOf(event.to) != Status::kPending) return End(it, event);
  --Count(withdrawal.substatus);
  ++Count(event.to);
  withdrawal.substatus = event.to;
  withdrawal.updated_at = event.at;
  withdrawal.attempts = event.attempt;
  if (event.to == Substatus::kDispatching && !WALLET_MUTANT("bank_not_noted"))
    withdrawal.bank = event.bank;
  if (event.to == Substatus::kUnknown ||
      (event.to == Substatus::kInquiring && !WALLET_MUTANT("inquiring_forgets_doubt"))) {
    withdrawal.may_have_paid = true;
  }
}

void LedgerState::End(OpenMap::iterator it, const Event& event) {
  const OpenWithdrawal& withdrawal = it->second.withdrawal;
  const uint32_t number = users.NumberAt(withdrawal.user);
  if (snapshot) [[unlikely]]
    snapshot->BeforeChange(number, event);
  Account& account = users.UserOf(number).At(withdrawal.currency);
  Flow& flow = flows[withdrawal.currency];
  flow.held -= withdrawal.amount.value();
  if (event.to == Substatus::kCompleted) {
    ChangeAccount(account, flow, [&](Account& a) { a.Pay(withdrawal.amount); });
    flow.paid += withdrawal.amount.value();
  } else {
    ChangeAccount(account, flow, [&](Account& a) { a.Unhold(withdrawal.amount); });
  }
  WALLET_CHECK(flow.Conserves());
  --Count(withdrawal.substatus);
  open.erase(it);
}

const Account* LedgerState::FindAccount(UserId user, Currency currency) const {
  const User* found = users.Find(user);
  return found ? found->Find(currency) : nullptr;
}

TransactionId LedgerState::LastId(UserId user) const {
  const User* found = users.Find(user);
  return found ? found->last_id() : TransactionId(0);
}

Digest LedgerState::DigestAt(Instant now) const {
  Digest digest = keys;
  users.ForEach([&](UserId id, const User& user) { digest += UserDigest(id, user, now); });
  for (const auto& [id, entry] : open) digest += OpenDigest(entry.withdrawal);
  return digest;
}

bool LedgerState::ConservationHolds() const {
  return std::all_of(flows.begin(), flows.end(),
                     [](const auto& each) { return each.second.Conserves(); });
}

void LedgerState::CheckInvariants() const {
  Flows counted;
  int64_t counted_accounts = 0;
  const auto count = [&](Currency currency, const Account& account) {
    account.CheckInvariants();
    counted[currency].in_accounts += account.total().value();
    counted[currency].held_in_accounts += account.held().value();
    ++counted_accounts;
  };
  users.ForEach([&](UserId, const User& user) { user.ForEachAccount(count); });
  WALLET_CHECK(counted_accounts == accounts);
  std::array<int64_t, kSubstatusCount> counts{};
  for (const auto& [id, entry] : open) {
    counted[entry.withdrawal.currency].held += entry.withdrawal.amount.value();
    ++counts[static_cast<size_t>(entry.withdrawal.substatus)];
  }
  WALLET_CHECK(counts == open_counts);
  WALLET_CHECK(ConservationHolds());
  for (const auto& [currency, flow] : flows) {
    const Flow& recounted = counted[currency];
    WALLET_CHECK(recounted.in_accounts == flow.in_accounts && recounted.held == flow.held &&
                 recounted.held_in_accounts == flow.held_in_accounts);
  }
  WALLET_CHECK(counted.size() == flows.size());
}

}  // namespace wallet
