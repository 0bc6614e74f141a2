// Ledgers that share users among themselves and live through random histories; and ways to compare
// them with others.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/ledger/ledger_loader.h"
#include "engine/ledger/ledger_snapshot.h"

namespace wallet::testing {

using Ledgers = std::vector<std::unique_ptr<Ledger>>;

inline Ledgers MakeLedgers(size_t count) {
  Ledgers ledgers;
  for (size_t i = 0; i < count; ++i) ledgers.push_back(std::make_unique<Ledger>());
  return ledgers;
}

inline size_t LedgerOf(UserId user, size_t ledgers) {
  return static_cast<size_t>(user.value()) % ledgers;
}

// Hands over the rest of a snapshot.
inline std::string WriteAll(LedgerSnapshot& snapshot, size_t max_bytes = 64 << 10) {
  std::string section;
  while (snapshot.Next(max_bytes, section)) {
  }
  return section;
}

// Feeds sections in pieces that are cut anywhere.
inline absl::Status Load(const Ledgers& ledgers, const std::vector<std::string>& sections,
                         size_t piece = 1 << 20) {
  std::vector<Ledger*> pointers;
  for (const auto& ledger : ledgers) pointers.push_back(ledger.get());
  LedgerLoader loader(
      pointers, [&](UserId user) { return LedgerOf(user, ledgers.size()); }, sections.size());
  for (size_t i = 0; i < sections.size(); ++i) {
    for (size_t at = 0; at < sections[i].size(); at += piece) {
      const absl::Status status = loader.Add(i, std::string_view(sections[i]).substr(at, piece));
      if (!status.ok()) return status;
    }
  }
  return loader.Finish();
}

// Applies the events of `log` to the ledger of their user.
inline void Replay(std::string_view log, const Ledgers& ledgers) {
  Reader reader(log);
  while (!reader.AtEnd()) {
    const Event event = DecodeEvent(reader, Instant(0));
    ASSERT_TRUE(reader.ok());
    ledgers[LedgerOf(event.user, ledgers.size())]->Apply(event);
  }
}

class RandomLedgers {
 public:
  static constexpr int64_t kUsers = 40;
  static constexpr std::array<const char*, 3> kCurrencies = {"USD", "EUR", "JPY"};

  RandomLedgers(size_t count, uint64_t seed) : ledgers(MakeLedgers(count)), random_(seed) {}

  // One random command, which may be refused.
  void Step() {
    now = Instant(now.value() + Below(8));
    if (!pending_.empty() && Below(3) == 0) return StepWithdrawal();
    const UserId user(Below(4) == 0 ? 1 : 1 + Below(kUsers));
    if (Below(4) == 0) return DoWithdraw(user);
    DoCharge(user, Below(3) == 0 ? std::nullopt : std::optional(Instant(now.value() + Below(900))));
  }
  // Many lots for one user.
  void Heat(UserId user, int64_t lots) {
    for (int64_t i = 0; i < lots; ++i) DoCharge(user, Instant(now.value() + 1 + Below(4 * lots)));
  }

  int64_t Below(int64_t bound) { return static_cast<int64_t>(random_() % bound); }

  Ledgers ledgers;
  std::string log;  // of all
  Instant now{1'000};

 private:
  Ledger& Of(UserId user) { return *ledgers[LedgerOf(user, ledgers.size())]; }
  Currency AnyCurrency() {
    return *Currency::Parse(kCurrencies[std::max<int64_t>(0, Below(5) - 2)]);
  }

  void DoCharge(UserId user, std::optional<Instant> release_at) {
    Charge charge{.user = user, .currency = AnyCurrency(), .amount = Amount(1 + Below(1'000))};
    charge.release_at = release_at;
    Do(user, charge);
  }
  void DoWithdraw(UserId user) {
    Withdraw withdraw{
        .user = user, .currency = AnyCurrency(), .amount = Amount(1 + Below(300)), .key = ""};
    if (Below(2)) withdraw.destination = "iban";
    const Execution execution = Do(user, withdraw);
    if (execution.event) pending_.emplace_back(user, execution.event->id);
  }
  template <class Write>
  Execution Do(UserId user, Write write) {
    const std::string key = "k" + std::to_string(++keys_);
    write.key = key;
    const auto reserve = [] { return true; };
    Execution execution =
        Of(user).Execute(write, Context{.now = now, .epoch = Epoch(7), .reserve_place = reserve});
    Log(execution);
    return execution;
  }
  void StepWithdrawal() {
    const size_t index = static_cast<size_t>(Below(static_cast<int64_t>(pending_.size())));
    const auto [user, id] = pending_[index];
    const OpenWithdrawal* open = Of(user).FindOpen(user, id);
    const Advance advance{.user = user,
                          .id = id,
                          .step = static_cast<BankStep>(Below(12)),
                          .attempt = open->attempts,
                          .max_attempts = 3,
                          .bank = "bank"};
    const auto reserve = [] { return false; };
    Log(Of(user).Execute(advance,
                         Context{.now = now, .epoch = Epoch(7), .reserve_place = reserve}));
    if (!Of(user).FindOpen(user, id)) pending_.erase(pending_.begin() + static_cast<int>(index));
  }
  void Log(const Execution& execution) {
    if (execution.event) EncodeEvent(*execution.event, Instant(0), log);
  }

  std::mt19937_64 random_;
  std::vector<std::pair<UserId, TransactionId>> pending_;
  int64_t keys_ = 0;
};

inline Digest SumOf(const Ledgers& ledgers, Instant at) {
  Digest sum;
  for (const auto& ledger : ledgers) sum += ledger->DigestAt(at);
  return sum;
}

inline std::vector<OpenWithdrawal> AllOpen(const Ledgers& ledgers) {
  std::vector<OpenWithdrawal> all;
  for (const auto& ledger : ledgers) {
    ledger->ForEachOpen([&](const OpenWithdrawal& open) { all.push_back(open); });
  }
  std::sort(all.begin(), all.end(), [](const OpenWithdrawal& a, const OpenWithdrawal& b) {
    return std::tie(a.user, a.id) < std::tie(b.user, b.id);
  });
  return all;
}

inline void ExpectSameUser(const Ledger& a, const Ledger& b, UserId user, Instant now) {
  EXPECT_EQ(a.SummaryOf(user).last, b.SummaryOf(user).last);
  for (const char* code : RandomLedgers::kCurrencies) {
    for (const int64_t later : {0, 1, 100, 450, 900, 5'000}) {
      const Instant at(now.value() + later);
      EXPECT_EQ(a.BalanceOf(user, *Currency::Parse(code), at),
                b.BalanceOf(user, *Currency::Parse(code), at))
          << user.value() << code << later;
    }
  }
}

// Everything that can be seen of them, and that each is sound. `now`: no event of theirs is later.
inline void ExpectSame(const Ledgers& a, const Ledgers& b, Instant now) {
  for (const Instant at : {kMinInstant, now, Instant(now.value() + 300)}) {
    EXPECT_EQ(SumOf(a, at), SumOf(b, at)) << at.value();
  }
  for (int64_t user = 1; user <= RandomLedgers::kUsers; ++user) {
    ExpectSameUser(*a[LedgerOf(UserId(user), a.size())], *b[LedgerOf(UserId(user), b.size())],
                   UserId(user), now);
  }
  EXPECT_EQ(AllOpen(a), AllOpen(b));
  const auto count = [](const Ledgers& ledgers, auto what) {
    int64_t sum = 0;
    for (const auto& ledger : ledgers) sum += what(*ledger);
    return sum;
  };
  const auto last_stamp = [](const Ledgers& ledgers) {
    Instant last;
    for (const auto& ledger : ledgers) last = std::max(last, ledger->last_stamp());
    return last;
  };
  EXPECT_EQ(last_stamp(a), last_stamp(b));
  const auto accounts = [](const Ledger& ledger) { return ledger.account_count(); };
  EXPECT_EQ(count(a, accounts), count(b, accounts));
  for (int i = 0; i < kSubstatusCount; ++i) {
    const auto open = [&](const Ledger& ledger) {
      return ledger.OpenCount(static_cast<Substatus>(i));
    };
    EXPECT_EQ(count(a, open), count(b, open)) << i;
  }
  for (const auto& ledger : a) ledger->CheckInvariants();
  for (const auto& ledger : b) ledger->CheckInvariants();
}

}  // namespace wallet::testing
