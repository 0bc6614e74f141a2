// Balances of past instants, against a ledger that is told everything up to them.
#include "engine/past_balance.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "engine/ledger/event.h"
#include "tests/engine/ledger/ledger_driver.h"

namespace wallet {
namespace {

using testing::LedgerDriver;

// What a history keeps of one account.
struct Row {
  Transaction transaction;
  Balance after;
};

// A ledger of one account, the events it has seen, and the rows that a history makes of them.
class Story {
 public:
  explicit Story(unsigned seed) : random_(seed) {}

  LedgerDriver driver;
  std::vector<Row> rows;  // by id

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  void Charge(int64_t amount, std::optional<Instant> release_at = {}) {
    driver.ChargeUser(1, amount, NextKey(), release_at);
    Follow();
  }
  void Withdraw(int64_t amount) {
    if (driver.WithdrawUser(1, amount, NextKey()) == Outcome::kOk) Follow();
  }
  void Step(int64_t id, BankStep step, uint32_t attempt = 1) {
    if (driver.Step(1, id, step, attempt) == Outcome::kOk) Follow();
  }
  // Anything, at a clock that often stands still.
  void Anything() {
    if (Below(3) == 0) driver.now = Instant(driver.now.value() + Below(4));
    switch (Below(4)) {
      case 0:
        return Charge(1 + Below(100));
      case 1:
        return Charge(1 + Below(100), Instant(driver.now.value() + Below(40)));
      case 2:
        return Withdraw(1 + Below(60));
      default:
        return Advance();
    }
  }

  // The balance by replay.
  Balance ByReplay(Instant at) const {
    Ledger ledger;
    Reader reader(driver.log);
    while (!reader.AtEnd()) {
      const Event event = DecodeEvent(reader, Instant(0));
      if (event.at > at) break;
      ledger.Apply(event);
    }
    return ledger.BalanceOf(UserId(1), LedgerDriver::Usd(), at);
  }
  // And by the rows; `taken` counts them.
  Balance ByRows(Instant at, int64_t& taken) const {
    PastBalance balance(at);
    size_t newest = rows.size();
    while (newest > 0 && rows[newest - 1].transaction.created_at > at) --newest;
    for (size_t i = newest; i > 0;) {
      ++taken;
      const auto next = balance.Take(rows[i - 1].transaction, rows[i - 1].after);
      if (next == PastBalance::Next::kDone) break;
      i = next == PastBalance::Next::kAnew ? newest : i - 1;
    }
    const auto finished = balance.Finish();
    EXPECT_TRUE(finished.ok()) << finished.status();
    return finished.value_or(Balance{});
  }

 private:
  std::string_view NextKey() {
    keys_.push_back("k" + std::to_string(keys_.size()));
    return keys_.back();
  }

  void Advance() {
    std::vector<OpenWithdrawal> open;
    driver.ledger.ForEachOpen([&](const OpenWithdrawal& each) { open.push_back(each); });
    if (open.empty()) return;
    const OpenWithdrawal& one = open[Below(open.size())];
    if (one.substatus == Substatus::kQueued) return Step(one.id.value(), BankStep::kBeginAttempt);
    const BankStep ends[] = {BankStep::kPaid, BankStep::kDeclined, BankStep::kNotSent};
    Step(one.id.value(), ends[Below(3)], one.attempts);
  }

  // Makes rows of the newest event.
  void Follow() {
    Reader reader(std::string_view(driver.log).substr(read_));
    const Event event = DecodeEvent(reader, Instant(0));
    read_ = driver.log.size();
    if (event.type == EventType::kWithdrawalMoved) {
      Transaction& moved = rows[event.id.value() - 1].transaction;
      moved.substatus = event.to;
      moved.updated_at = event.at;
      return;
    }
    const bool charge = event.type == EventType::kCharged;
    Transaction made;
    made.id = event.id;
    made.type = charge ? TransactionType::kCharge : TransactionType::kWithdraw;
    made.substatus = charge ? Substatus::kNone : Substatus::kQueued;
    made.amount = charge ? event.amount : Amount(-event.amount.value());
    made.created_at = made.updated_at = event.at;
    made.release_at = event.release_at;
    rows.push_back({made, driver.ledger.BalanceOf(UserId(1), LedgerDriver::Usd(), event.at)});
  }

  std::mt19937_64 random_;
  std::deque<std::string> keys_;
  size_t read_ = 0;  // of the driver's log
};

TEST(PastBalanceTest, AnyStoryAtAnyInstantIsWhatAReplayComesTo) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Story story(seed);
    const int64_t begin = story.driver.now.value();
    for (int i = 0; i < 80; ++i) story.Anything();
    for (int64_t at = begin - 1; at <= story.driver.now.value() + 1; ++at) {
      int64_t taken = 0;
      ASSERT_EQ(story.ByRows(Instant(at), taken), story.ByReplay(Instant(at)))
          << "seed " << seed << ", " << at - begin << " µs after its begin";
    }
  }
}

TEST(PastBalanceTest, BeforeTheFirstTransactionThereIsNothing) {
  EXPECT_EQ(PastBalance(Instant(5)).Finish().value(), Balance{});
}

TEST(PastBalanceTest, TheWalkEndsWithTheOldestChargeThatWasUnreleased) {
  Story story(1);
  const auto tick = [&] { story.driver.now = Instant(story.driver.now.value() + 10); };
  for (int i = 0; i < 1'000; ++i) {
    story.Charge(1);
    tick();
  }
  story.Charge(5, Instant(story.driver.now.value() + 35));
  for (int i = 0; i < 10; ++i) {
    tick();
    story.Charge(1);
  }
  const int64_t last = story.driver.now.value();
  int64_t taken = 0;
  EXPECT_EQ(story.ByRows(Instant(last), taken).unreleased, kNoAmount);
  EXPECT_EQ(taken, 1);
  taken = 0;
  EXPECT_EQ(story.ByRows(Instant(last - 80), taken).unreleased, Amount(5));
  EXPECT_EQ(taken, 3);
}

TEST(PastBalanceTest, AnOutcomeOfTheAnchorsStampBelongsToTheSideItWasOn) {
  // Of two withdrawals of one amount that end at one stamp, one fails before the next transaction
  // is made, the other is paid behind it.
  for (const bool first_fails : {true, false}) {
    Story story(1);
    story.Charge(100);
    story.Withdraw(30);
    story.Withdraw(30);
    story.Step(2, BankStep::kBeginAttempt);
    story.Step(3, BankStep::kBeginAttempt);
    story.driver.now = Instant(story.driver.now.value() + 5);
    story.Step(2, first_fails ? BankStep::kDeclined : BankStep::kPaid);
    story.Charge(1);
    story.Step(3, first_fails ? BankStep::kPaid : BankStep::kDeclined);
    int64_t taken = 0;
    EXPECT_EQ(story.ByRows(story.driver.now, taken),
              (Balance{Amount(71), Amount(71), Amount(0), Amount(0)}));
  }
}

TEST(PastBalanceTest, RowsThatDoNotAddUpAreDamageAndNoBalance) {
  Story story(1);
  story.Charge(100, Instant(story.driver.now.value() + 1'000));
  PastBalance balance(story.driver.now);
  Row row = story.rows[0];
  row.transaction.amount = Amount(99);
  EXPECT_EQ(balance.Take(row.transaction, row.after), PastBalance::Next::kOlder);
  EXPECT_EQ(balance.Finish().status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wallet
