#include "engine/ledger/ledger.h"

#include "engine/ledger/account.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/ledger/ledger_state.h"
#include "engine/ledger/states.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

bool SameRequest(const Charge& charge, const Transaction& prior) {
  return prior.type == TransactionType::kCharge && prior.currency == charge.currency &&
         prior.amount == charge.amount &&
         (prior.release_at == charge.release_at || WALLET_MUTANT("release_at_not_compared")) &&
         prior.description == charge.description;
}

bool SameRequest(const Withdraw& withdraw, const Transaction& prior) {
  return prior.type == TransactionType::kWithdraw && prior.currency == withdraw.currency &&
         prior.amount == Amount(-withdraw.amount.value()) &&
         (prior.destination == withdraw.destination || WALLET_MUTANT("destination_not_compared")) &&
         prior.description == withdraw.description;
}

template <class Write>
Outcome JudgeRepeat(const Write& write, const Transaction& prior) {
  return SameRequest(write, prior) || WALLET_MUTANT("reused_key_taken_for_repeat")
             ? Outcome::kDuplicateRequest
             : Outcome::kIdempotencyKeyReused;
}

}  // namespace

Ledger::Ledger() : state_(std::make_unique<LedgerState>()) {}
Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

Execution Ledger::Execute(const Charge& charge, const Context& context) {
  WALLET_CHECK(context.now >= state_->last_stamp);
  Execution execution;
  execution.outcome = Judge(charge, context);
  if (execution.outcome != Outcome::kOk) return execution;
  Event& event = Create(charge, EventType::kCharged, context, execution);
  event.release_at = charge.release_at;
  Apply(event);
  return execution;
}

Execution Ledger::Execute(const Withdraw& withdraw, const Context& context) {
  WALLET_CHECK(context.now >= state_->last_stamp);
  Execution execution;
  execution.outcome = Judge(withdraw, context);
  if (execution.outcome != Outcome::kOk) return execution;
  Event& event = Create(withdraw, EventType::kWithdrawalRequested, context, execution);
  event.destination = withdraw.destination;
  if (!WALLET_MUTANT("epoch_not_noted")) event.epoch = context.epoch;
  Apply(event);
  return execution;
}

Outcome Ledger::Judge(const Charge& charge, const Context& context) const {
  if (context.prior) return JudgeRepeat(charge, *context.prior);
  const Account* account = state_->FindAccount(charge.user, charge.currency);
  if (account && !WALLET_MUTANT("overflow_unchecked") &&
      !CheckedAdd(account->total(), charge.amount))
    return Outcome::kAmountOutOfRange;
  return context.storage_full && !WALLET_MUTANT("storage_full_ignored") ? Outcome::kStorageFull
                                                                        : Outcome::kOk;
}

Outcome Ledger::Judge(const Withdraw& withdraw, const Context& context) const {
  if (WALLET_MUTANT("place_taken_before_balance") && !context.reserve_place())
    return Outcome::kQueueFull;
  const Account* account = state_->FindAccount(withdraw.user, withdraw.currency);
  const bool spent = WALLET_MUTANT("key_looked_up_after_balance") && account &&
                     account->At(context.now).withdrawable < withdraw.amount;
  if (context.prior && !spent) return JudgeRepeat(withdraw, *context.prior);
  if (!account || (!WALLET_MUTANT("balance_unchecked") &&
                   account->At(context.now).withdrawable < withdraw.amount)) {
    return Outcome::kInsufficientBalance;
  }
  if (context.storage_full) return Outcome::kStorageFull;
  return context.reserve_place() || WALLET_MUTANT("queue_full_ignored") ? Outcome::kOk
                                                                        : Outcome::kQueueFull;
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
  WALLET_CHECK(context.now >= state_->last_stamp);
  const OpenWithdrawal* open = FindOpen(advance.user, advance.id);
  if (!open) return {Outcome::kTransactionNotFound, std::nullopt};
  const Transition transition = Decide(*open, advance, context.epoch);
  if (transition.outcome != Outcome::kOk || transition.to == open->substatus) {
    return {transition.outcome, std::nullopt};
  }
  const bool attempt =
      advance.step == BankStep::kBeginAttempt ||
      (WALLET_MUTANT("inquiry_counted_as_attempt") && advance.step == BankStep::kBeginInquiry);
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

void Ledger::UseReserve(HugeReserve& reserve) { state_->users.UseReserve(reserve); }

void Ledger::Apply(const Event& event) { state_->Apply(event); }

Balance Ledger::BalanceOf(UserId user, Currency currency, Instant now) const {
  const Account* account = state_->FindAccount(user, currency);
  return account ? account->At(now) : Balance{};
}

std::vector<Release> Ledger::ReleasesOf(UserId user, Currency currency, Instant after,
                                        size_t limit) const {
  std::vector<Release> releases;
  const Account* account = state_->FindAccount(user, currency);
  if (account == nullptr || limit == 0) return releases;
  account->WalkLotsAfter(after, [&](Instant release_at, Amount amount) {
    releases.push_back({release_at, amount});
    return releases.size() < limit;
  });
  return releases;
}

void Ledger::PrefetchIndex(UserId user) const { state_->users.PrefetchIndex(user); }
void Ledger::PrefetchUser(UserId user) const { state_->users.PrefetchUser(user); }
void Ledger::PrefetchLots(UserId user) const { state_->users.PrefetchLots(user); }

UserSummary Ledger::SummaryOf(UserId user) const {
  const User* found = state_->users.Find(user);
  if (found == nullptr) return {};
  return {found->last_id(), found->account_count(), found->first_currency()};
}

const OpenWithdrawal* Ledger::FindOpen(UserId user, TransactionId id) const {
  const auto it = state_->open.find({user, id});
  return it == state_->open.end() ? nullptr : &it->second.withdrawal;
}

void Ledger::ForEachOpen(absl::FunctionRef<void(const OpenWithdrawal&)> visit) const {
  for (const auto& [id, entry] : state_->open) visit(entry.withdrawal);
}

int64_t Ledger::OpenCount(Substatus substatus) const { return state_->Count(substatus); }
int64_t Ledger::account_count() const { return state_->accounts; }

int64_t Ledger::transaction_count() const {
  int64_t count = 0;
  state_->users.ForEach([&](UserId, const User& user) { count += user.last_id().value(); });
  return count;
}

Instant Ledger::last_stamp() const { return state_->last_stamp; }

Digest Ledger::DigestAt(Instant now) const { return state_->DigestAt(now); }
bool Ledger::ConservationHolds() const { return state_->ConservationHolds(); }
void Ledger::CheckInvariants() const { state_->CheckInvariants(); }

std::unique_ptr<LedgerSnapshot> Ledger::BeginSnapshot() {
  return std::make_unique<LedgerSnapshot>(*state_);
}

}  // namespace wallet
