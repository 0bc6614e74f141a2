#include "tests/engine/bank/ledger_steps.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

std::string Encode(const std::optional<Event>& event) {
  std::string bytes;
  if (event) EncodeEvent(*event, Instant(0), bytes);
  return bytes;
}

bool TakePlace() { return true; }

}  // namespace

LedgerSteps::LedgerSteps(LedgerDisk& disk, Executor& executor) : disk_(disk), mailbox_(executor) {
  for (const std::string& bytes : disk.events) {
    Reader reader(bytes);
    const Event event = DecodeEvent(reader, Instant(0));
    WALLET_CHECK(reader.AtEnd());
    ledger_.Apply(event);
    now_us_ = event.at.value();
  }
}

Context LedgerSteps::MakeContext() {
  return {.now = Instant(++now_us_), .epoch = disk_.epoch, .reserve_place = TakePlace};
}

template <class Command>
void LedgerSteps::ExecuteDurably(const Command& command) {
  const Execution execution = ledger_.Execute(command, MakeContext());
  WALLET_CHECK(execution.outcome == Outcome::kOk);
  disk_.events.push_back(Encode(execution.event));
}

TransactionId LedgerSteps::AddWithdrawal(UserId user, Amount amount) {
  while (MakeDurable()) {
  }
  const Currency currency = *Currency::Parse("USD");
  const int64_t last = ledger_.SummaryOf(user).last.value();
  const std::string charge_key = absl::StrCat("c", last);
  const std::string withdraw_key = absl::StrCat("w", last);
  ExecuteDurably(Charge{.user = user, .currency = currency, .amount = amount, .key = charge_key});
  ExecuteDurably(
      Withdraw{.user = user, .currency = currency, .amount = amount, .key = withdraw_key});
  return ledger_.SummaryOf(user).last;
}

void LedgerSteps::Take(OwnedAdvance step, absl::AnyInvocable<void(StepResult)> done) {
  steps_.push_back(step.step);
  const Execution execution = ledger_.Execute(step.View(), MakeContext());
  StepResult result{.outcome = execution.outcome};
  if (const OpenWithdrawal* open = ledger_.FindOpen(step.user, step.id)) result.open = *open;
  pending_.push_back({Encode(execution.event), std::move(done), std::move(result)});
  if (delay_us_) mailbox_.address().PostAfter(*delay_us_, [this] { MakeDurable(); });
}

bool LedgerSteps::MakeDurable() {
  if (pending_.empty()) return false;
  Pending oldest = std::move(pending_.front());
  pending_.pop_front();
  if (!oldest.event.empty()) disk_.events.push_back(oldest.event);
  oldest.done(std::move(oldest.result));
  return true;
}

Outcome LedgerSteps::Operate(const Advance& advance) {
  while (MakeDurable()) {
  }
  const Execution execution = ledger_.Execute(advance, MakeContext());
  if (execution.event) disk_.events.push_back(Encode(execution.event));
  return execution.outcome;
}

Substatus LedgerSteps::SubstatusOf(UserId user, TransactionId id) const {
  const OpenWithdrawal* open = ledger_.FindOpen(user, id);
  return open == nullptr ? Substatus::kNone : open->substatus;
}

std::vector<OpenWithdrawal> LedgerSteps::Open() const {
  std::vector<OpenWithdrawal> all;
  ledger_.ForEachOpen([&](const OpenWithdrawal& open) { all.push_back(open); });
  return all;
}

}  // namespace wallet
