#include "engine/ledger/ledger.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/ledger/account.h"
#include "engine/ledger/states.h"
#include "engine/ledger/user_table.h"
#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

using Int128 = __int128;

// What has come in and gone out in one currency, over all accounts.
struct Flow {
  Int128 charged = 0;
  Int128 paid = 0;
  Int128 held = 0;
};

using OpenMap = std::map<std::pair<UserId, TransactionId>, OpenWithdrawal>;

bool SameRequest(const Charge& charge, const Transaction& prior) {
  return prior.type == TransactionType::kCharge && prior.currency == charge.currency &&
         prior.amount == charge.amount && prior.release_at == charge.release_at &&
         prior.description == charge.description;
}

bool SameRequest(const Withdraw& withdraw, const Transaction& prior) {
  return prior.type == TransactionType::kWithdraw && prior.currency == withdraw.currency &&
         prior.amount == Amount(-withdraw.amount.value()) &&
         prior.destination == withdraw.destination && prior.description == withdraw.description;
}

template <class Write>
Outcome JudgeRepeat(const Write& write, const Transaction& prior) {
  return SameRequest(write, prior) ? Outcome::kDuplicateRequest : Outcome::kIdempotencyKeyReused;
}

// Absorbs numbers into two independent 64-bit lanes; a pinned function, so digests compare between
// machines and versions.
class Hasher {
 public:
  explicit Hasher(uint64_t kind) { Add(kind); }
  void Add(uint64_t value) {
    low_ = Mix64(low_ ^ value);
    high_ = Mix64(high_ + value + 0x9e3779b97f4a7c15);
  }
  void Add(int64_t value) { Add(static_cast<uint64_t>(value)); }
  void Add(std::string_view text) {
    Add(static_cast<uint64_t>(text.size()));
    Add(Xxh3(text, 0));
    Add(Xxh3(text, 1));
  }
  Digest digest() const { return {low_, high_}; }

 private:
  uint64_t low_ = 0x243f6a8885a308d3;
  uint64_t high_ = 0x13198a2e03707344;
};

enum HashKind : uint64_t { kHashUser = 1, kHashAccount = 2, kHashOpen = 3, kHashKey = 4 };

Digest KeyDigest(const Event& event) {
  Hasher hasher(kHashKey);
  hasher.Add(event.user.value());
  hasher.Add(event.id.value());
  hasher.Add(event.key);
  return hasher.digest();
}

Digest AccountDigest(UserId user, Currency currency, const Account& account, Instant now) {
  Hasher hasher(kHashAccount);
  hasher.Add(user.value());
  hasher.Add(uint64_t{currency.packed()});
  hasher.Add(account.total().value());
  hasher.Add(account.held().value());
  account.ForEachLot(now, [&](Instant release_at, Amount amount) {
    hasher.Add(release_at.value());
    hasher.Add(amount.value());
  });
  return hasher.digest();
}

Digest OpenDigest(const OpenWithdrawal& open) {
  Hasher hasher(kHashOpen);
  for (const int64_t value :
       {open.user.value(), open.id.value(), open.amount.value(), open.created_at.value(),
        open.updated_at.value(), static_cast<int64_t>(open.substatus),
        static_cast<int64_t>(open.attempts), static_cast<int64_t>(open.may_have_paid),
        static_cast<int64_t>(open.currency.packed()), static_cast<int64_t>(open.epoch.bits())}) {
    hasher.Add(value);
  }
  hasher.Add(std::string_view(open.bank));
  hasher.Add(std::string_view(open.destination));
  return hasher.digest();
}

}  // namespace

Digest& Digest::operator+=(const Digest& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

std::string ToHex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint64_t word : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) hex += kDigits[word >> shift & 0xf];
  }
  return hex;
}

struct Ledger::State {
  UserTable users;
  OpenMap open;
  std::array<int64_t, kSubstatusCount> open_counts{};
  std::map<Currency, Flow> flows;
  int64_t accounts = 0;
  Instant last_stamp;
  Digest keys;

  const Account* FindAccount(UserId user, Currency currency) const {
    const User* found = users.Find(user);
    return found ? found->Find(currency) : nullptr;
  }
  void ApplyCreated(const Event& event);
  void ApplyMoved(const Event& event);
  void End(OpenMap::iterator open, Substatus to);
  TransactionId LastId(UserId user) const {
    const User* found = users.Find(user);
    return found ? found->last_id() : TransactionId(0);
  }
  int64_t& Count(Substatus substatus) { return open_counts[static_cast<size_t>(substatus)]; }
};

Ledger::Ledger() : state_(std::make_unique<State>()) {}
Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

Execution Ledger::Execute(const Charge& charge, const Context& context) {
  Execution execution;
  execution.outcome = Judge(charge, context);
  if (execution.outcome != Outcome::kOk) return execution;
  Event& event = Create(charge, EventType::kCharged, context, execution);
  event.release_at = charge.release_at;
  Apply(event);
  return execution;
}

Execution Ledger::Execute(const Withdraw& withdraw, const Context& context) {
  Execution execution;
  execution.outcome = Judge(withdraw, context);
  if (execution.outcome != Outcome::kOk) return execution;
  Event& event = Create(withdraw, EventType::kWithdrawalRequested, context, execution);
  event.destination = withdraw.destination;
  event.epoch = context.epoch;
  Apply(event);
  return execution;
}

Outcome Ledger::Judge(const Charge& charge, const Context& context) const {
  if (context.prior) return JudgeRepeat(charge, *context.prior);
  const Account* account = state_->FindAccount(charge.user, charge.currency);
  if (account && !CheckedAdd(account->total(), charge.amount)) return Outcome::kAmountOutOfRange;
  return context.storage_full ? Outcome::kStorageFull : Outcome::kOk;
}

Outcome Ledger::Judge(const Withdraw& withdraw, const Context& context) const {
  if (context.prior) return JudgeRepeat(withdraw, *context.prior);
  const Account* account = state_->FindAccount(withdraw.user, withdraw.currency);
  if (!account || account->At(context.now).withdrawable < withdraw.amount) {
    return Outcome::kInsufficientBalance;
  }
  if (context.storage_full) return Outcome::kStorageFull;
  return context.reserve_place() ? Outcome::kOk : Outcome::kQueueFull;
}

template <class Write>
Event& Ledger::Create(const Write& write, EventType type, const Context& context,
                      Execution& execution) const {
  Event& event = execution.event.emplace();
  event.type = type;
  event.user = write.user;
  event.id = TransactionId(state_->LastId(write.user).value() + 1);
  event.at = context.now;
  event.currency = write.currency;
  event.amount = write.amount;
  event.key = write.key;
  event.description = write.description;
  return event;
}

Execution Ledger::Execute(const Advance& advance, const Context& context) {
  const OpenWithdrawal* open = FindOpen(advance.user, advance.id);
  if (!open) return {Outcome::kTransactionNotFound, std::nullopt};
  const Transition transition = Decide(*open, advance);
  if (transition.outcome != Outcome::kOk || transition.to == open->substatus) {
    return {transition.outcome, std::nullopt};
  }
  const bool attempt = advance.step == BankStep::kBeginAttempt;
  Event event;
  event.type = EventType::kWithdrawalMoved;
  event.user = advance.user;
  event.id = advance.id;
  event.at = context.now;
  event.to = transition.to;
  event.attempt = open->attempts + (attempt ? 1 : 0);
  if (attempt) event.bank = advance.bank;
  event.code = transition.code;
  event.message = transition.message;
  Apply(event);
  return {Outcome::kOk, event};
}

void Ledger::Apply(const Event& event) {
  WALLET_CHECK(event.user.value() > 0);
  if (event.type == EventType::kWithdrawalMoved) {
    state_->ApplyMoved(event);
  } else {
    state_->ApplyCreated(event);
  }
  state_->last_stamp = std::max(state_->last_stamp, event.at);
}

void Ledger::State::ApplyCreated(const Event& event) {
  User& user = users.At(event.user);
  WALLET_CHECK(event.id.value() == user.last_id().value() + 1);
  if (!user.Find(event.currency)) ++accounts;
  Account& account = user.At(event.currency);
  Flow& flow = flows[event.currency];
  user.set_last_id(event.id);
  keys += KeyDigest(event);
  if (event.type == EventType::kCharged) {
    account.Credit(event.amount, event.release_at, event.at);
    flow.charged += event.amount.value();
    return;
  }
  account.Hold(event.amount, event.at);
  flow.held += event.amount.value();
  ++Count(Substatus::kQueued);
  const bool added =
      open.try_emplace({event.user, event.id},
                       OpenWithdrawal{.user = event.user,
                                      .id = event.id,
                                      .currency = event.currency,
                                      .amount = event.amount,
                                      .epoch = event.epoch,
                                      .created_at = event.at,
                                      .updated_at = event.at,
                                      .destination = std::string(event.destination.value_or(""))})
          .second;
  WALLET_CHECK(added);
}

void Ledger::State::ApplyMoved(const Event& event) {
  const auto it = open.find({event.user, event.id});
  WALLET_CHECK(it != open.end());
  OpenWithdrawal& withdrawal = it->second;
  if (StatusOf(event.to) != Status::kPending) return End(it, event.to);
  --Count(withdrawal.substatus);
  ++Count(event.to);
  withdrawal.substatus = event.to;
  withdrawal.updated_at = event.at;
  withdrawal.attempts = event.attempt;
  if (event.to == Substatus::kDispatching) withdrawal.bank = event.bank;
  if (event.to == Substatus::kUnknown || event.to == Substatus::kInquiring) {
    withdrawal.may_have_paid = true;
  }
}

void Ledger::State::End(OpenMap::iterator it, Substatus to) {
  const OpenWithdrawal& withdrawal = it->second;
  Account& account = users.At(withdrawal.user).At(withdrawal.currency);
  Flow& flow = flows[withdrawal.currency];
  flow.held -= withdrawal.amount.value();
  if (to == Substatus::kCompleted) {
    account.Pay(withdrawal.amount);
    flow.paid += withdrawal.amount.value();
  } else {
    account.Unhold(withdrawal.amount);
  }
  WALLET_CHECK(flow.held >= 0 && flow.charged >= flow.paid + flow.held);
  --Count(withdrawal.substatus);
  open.erase(it);
}

Balance Ledger::BalanceOf(UserId user, Currency currency, Instant now) const {
  const Account* account = state_->FindAccount(user, currency);
  return account ? account->At(now) : Balance{};
}

void Ledger::PrefetchIndex(UserId user) const { state_->users.PrefetchIndex(user); }
void Ledger::PrefetchUser(UserId user) const { state_->users.PrefetchUser(user); }

TransactionId Ledger::LastTransaction(UserId user) const { return state_->LastId(user); }

const OpenWithdrawal* Ledger::FindOpen(UserId user, TransactionId id) const {
  const auto it = state_->open.find({user, id});
  return it == state_->open.end() ? nullptr : &it->second;
}

void Ledger::ForEachOpen(absl::FunctionRef<void(const OpenWithdrawal&)> visit) const {
  for (const auto& [id, withdrawal] : state_->open) visit(withdrawal);
}

int64_t Ledger::OpenCount(Substatus substatus) const { return state_->Count(substatus); }
int64_t Ledger::account_count() const { return state_->accounts; }
Instant Ledger::last_stamp() const { return state_->last_stamp; }

Digest Ledger::DigestAt(Instant now) const {
  Digest digest = state_->keys;
  state_->users.ForEach([&](UserId id, const User& user) {
    Hasher hasher(kHashUser);
    hasher.Add(id.value());
    hasher.Add(user.last_id().value());
    digest += hasher.digest();
    user.ForEachAccount([&](Currency currency, const Account& account) {
      digest += AccountDigest(id, currency, account, now);
    });
  });
  for (const auto& [id, withdrawal] : state_->open) digest += OpenDigest(withdrawal);
  return digest;
}

void Ledger::CheckInvariants() const {
  std::map<Currency, Int128> totals;
  std::map<Currency, Int128> held;
  int64_t accounts = 0;
  const auto count = [&](Currency currency, const Account& account) {
    account.CheckInvariants();
    totals[currency] += account.total().value();
    held[currency] += account.held().value();
    ++accounts;
  };
  state_->users.ForEach([&](UserId, const User& user) { user.ForEachAccount(count); });
  WALLET_CHECK(accounts == state_->accounts);
  std::map<Currency, Int128> open;
  std::array<int64_t, kSubstatusCount> counts{};
  for (const auto& [id, withdrawal] : state_->open) {
    open[withdrawal.currency] += withdrawal.amount.value();
    ++counts[static_cast<size_t>(withdrawal.substatus)];
  }
  WALLET_CHECK(counts == state_->open_counts);
  for (const auto& [currency, flow] : state_->flows) {
    WALLET_CHECK(totals[currency] == flow.charged - flow.paid);
    WALLET_CHECK(held[currency] == flow.held && open[currency] == flow.held);
  }
}

}  // namespace wallet
