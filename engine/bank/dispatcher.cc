#include "engine/bank/dispatcher.h"

#include <utility>

#include "engine/bank/dispatch_actor.h"
#include "wal/base/mutant.h"

namespace wallet {
namespace {

// What a restart makes of a withdrawal found open. Only one that sent nothing, in this life of the
// ledger, is sent without asking first: of any other the answer may be lost.
Move MoveFor(const OpenWithdrawal& withdrawal, std::string_view bank, Epoch epoch) {
  const bool queued = withdrawal.substatus == Substatus::kQueued;
  if (withdrawal.epoch == epoch) {
    if (queued || WALLET_MUTANT("dispatched_again_after_restart")) return Move::kAttempt;
    return withdrawal.bank == bank || WALLET_MUTANT("other_bank_asked") ? Move::kInquire
                                                                        : Move::kGiveUp;
  }
  // Of one that was never sent as far as is known, no bank is named.
  return withdrawal.bank.empty() || withdrawal.bank == bank ? Move::kSettle : Move::kGiveUp;
}

}  // namespace

Advance OwnedAdvance::View() const {
  return {.user = user,
          .id = id,
          .step = step,
          .attempt = attempt,
          .max_attempts = max_attempts,
          .can_resend = can_resend,
          .bank = bank,
          .code = code,
          .message = message};
}

Dispatcher::Dispatcher(DispatcherOptions options, BankConnector& bank, WithdrawalSteps& steps,
                       Places& places, Executor& executor, Random& random)
    : actor_(std::make_unique<DispatchActor>(std::move(options), bank, steps, places, executor,
                                             random)) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::Enqueue(UserId user, TransactionId id) { actor_->Add({.user = user, .id = id}); }

void Dispatcher::Recover(const OpenWithdrawal& withdrawal) {
  if (withdrawal.substatus == Substatus::kReview) return;
  actor_->Add({.user = withdrawal.user,
               .id = withdrawal.id,
               .attempts = withdrawal.attempts,
               .next = MoveFor(withdrawal, actor_->bank().name(), actor_->epoch())});
}

void Dispatcher::Stop(int64_t grace_us, absl::AnyInvocable<void()> done) {
  actor_->Stop(grace_us, std::move(done));
}

int64_t Dispatcher::queue_length() const { return actor_->queue_length(); }
int64_t Dispatcher::busy() const { return actor_->busy(); }

}  // namespace wallet
