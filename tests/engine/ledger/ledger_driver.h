// A ledger with the memory of keys that its owner keeps, driven by plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/history.h"
#include "engine/ledger/ledger.h"

namespace wallet::testing {

class LedgerDriver {
 public:
  static Currency Usd() { return *Currency::Parse("USD"); }

  Execution Do(const Charge& charge) { return Run(charge); }
  Execution Do(const Withdraw& withdraw) { return Run(withdraw); }
  Execution Do(const Advance& advance) {
    const auto no_place = [] { return false; };
    return Log(
        ledger.Execute(advance, Context{.now = now, .epoch = epoch, .reserve_place = no_place}));
  }

  Outcome ChargeUser(int64_t user, int64_t amount, std::string_view key,
                     std::optional<Instant> release_at = {}) {
    return Do(Charge{.user = UserId(user),
                     .currency = Usd(),
                     .amount = Amount(amount),
                     .key = key,
                     .release_at = release_at})
        .outcome;
  }
  Outcome WithdrawUser(int64_t user, int64_t amount, std::string_view key) {
    return Do(Withdraw{
                  .user = UserId(user), .currency = Usd(), .amount = Amount(amount), .key = key})
        .outcome;
  }
  Outcome Step(int64_t user, int64_t id, BankStep step, uint32_t attempt = 1,
               uint32_t max_attempts = 3) {
    return Do(Advance{.user = UserId(user),
                      .id = TransactionId(id),
                      .step = step,
                      .attempt = attempt,
                      .max_attempts = max_attempts,
                      .bank = "bank"})
        .outcome;
  }
  Balance BalanceOf(int64_t user) const { return ledger.BalanceOf(UserId(user), Usd(), now); }
  const OpenWithdrawal* Open(int64_t user, int64_t id) const {
    return ledger.FindOpen(UserId(user), TransactionId(id));
  }

  // All events so far, as the log would hold them.
  std::string log;
  size_t events = 0;

  Ledger ledger;
  History history{KeyHasher({7, 8})};  // without an index
  Instant now{1'000'000};
  Epoch epoch{5};
  bool place_free = true;
  bool storage_full = false;
  int reservations = 0;

 private:
  template <class Write>
  Execution Run(const Write& write) {
    Disk disk;
    const auto prior =
        history.FindByKey(write.user, write.key, history.KeyHash(write.user, write.key), disk);
    const auto reserve = [this] {
      ++reservations;
      return place_free;
    };
    return Log(ledger.Execute(write, Context{.now = now,
                                             .epoch = epoch,
                                             .prior = prior ? &*prior : nullptr,
                                             .storage_full = storage_full,
                                             .reserve_place = reserve}));
  }
  Execution Log(Execution execution) {
    if (!execution.event) return execution;
    const size_t begin = log.size();
    EncodeEvent(*execution.event, Instant(0), log);
    const Event& event = *execution.event;
    history.Apply(event, {std::string_view(log).substr(begin), Instant(0)},
                  ledger.BalanceOf(event.user, event.currency, event.at),
                  ledger.SummaryOf(event.user).currencies > 1);
    ++events;
    return execution;
  }
};

}  // namespace wallet::testing
