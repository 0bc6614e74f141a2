// Histories of which the memory holds but the newest few transactions are what a plain model says.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/shard.h"
#include "tests/engine/harness.h"

namespace wallet {
namespace {

using testing::Harness;

constexpr int64_t kUsers = 7;

// What was answered when a transaction was made, and what has become of it.
struct Made {
  Transaction transaction;
  Balance after;
};

class Life {
 public:
  explicit Life(unsigned seed, int64_t hot_keys, int shards) : random_(seed) {
    h.indexed = true;
    h.options.hot_keys = hot_keys;
    h.options.bank_queue = 10'000;
    h.options.snapshots.directory = "/snapshots";
    h.files = &h.index_files;
    h.Reopen(shards);
  }

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  void Step() {
    h.clock.Advance(1'000);
    switch (Below(12)) {
      case 0:
        return AnswerBank();
      case 1:
        return Repeat();
      case 2:
      case 3:
        return ReadPage();
      case 4:
        return ReadOne();
      case 5:
        if (Below(20) == 0) Restart();
        return;
      case 6:
        if (Below(20) == 0) h.engine->TakeSnapshot([](absl::StatusOr<SnapshotTaken>) {});
        return;
      default:
        return Write();
    }
  }

  // All of it, and the balances that nothing has asked for.
  void CheckAll() {
    for (const auto& [user, all] : made_) {
      for (const ListOrder order : {ListOrder::kPage, ListOrder::kBefore, ListOrder::kAfter}) {
        for (const auto& currency : Currencies(user)) {
          for (const int64_t limit : {1, 3, 1'000}) CheckPages(user, order, currency, limit);
        }
      }
      for (const Made& each : all) {
        CheckKey(user, each);
        CheckAfter(user, each);
      }
    }
  }

  Harness h;

 private:
  std::string_view KeyOf(std::string key) { return texts_.emplace_back(std::move(key)); }
  int64_t AnyUser() { return 1 + static_cast<int64_t>(Below(kUsers)); }
  // Users 1 and 2 have one currency, the others take more of them as they go.
  Currency AnyCurrency(int64_t user) {
    constexpr const char* kCodes[] = {"USD", "USD", "EUR", "JPY"};
    return *Currency::Parse(user <= 2 ? "USD" : kCodes[Below(4)]);
  }
  static std::vector<std::optional<Currency>> Currencies(int64_t) {
    return {std::nullopt, *Currency::Parse("USD"), *Currency::Parse("EUR"), *Currency::Parse("JPY"),
            *Currency::Parse("CHF")};
  }

  void Write() {
    const int64_t user = AnyUser();
    const auto key = KeyOf(absl::StrCat("k", texts_.size()));
    const int64_t amount = 1 + static_cast<int64_t>(Below(1'000));
    if (Below(3) > 0) {
      Charge charge = Harness::ChargeOf(user, amount, key);
      charge.currency = AnyCurrency(user);
      if (Below(4) == 0) charge.release_at = Instant(h.clock.Now().value() + 500'000);
      return Keep(user, h.Do(user, charge));
    }
    Withdraw withdraw = Harness::WithdrawOf(user, amount, key);
    withdraw.currency = AnyCurrency(user);
    Keep(user, h.Do(user, withdraw));
  }

  void Keep(int64_t user, const Result& result) {
    if (result.outcome == Outcome::kInsufficientBalance) return;
    ASSERT_EQ(result.outcome, Outcome::kOk);
    std::vector<Made>& all = made_[user];
    Transaction transaction = *result.transaction();
    transaction.key = KeyOf(std::string(transaction.key));
    ASSERT_EQ(transaction.id.value(), static_cast<int64_t>(all.size()) + 1);
    all.push_back({transaction, *result.balance});
  }

  void AnswerBank() {
    if (h.bank.waiting.empty()) return;
    const bool paid = Below(2) == 0;
    const size_t number = h.bank.payments.size() - h.bank.waiting.size();
    const Payment payment = h.bank.payments[number];
    h.bank.Answer(paid ? PayVerdict::kPaid : PayVerdict::kDeclined);
    h.scheduler.RunUntilIdle();
    Transaction& moved = MadeFor(payment).transaction;
    moved.substatus = paid ? Substatus::kCompleted : Substatus::kFailed;
    moved.updated_at = h.clock.Now();
  }

  // A reference ends with the transaction's id.
  Made& MadeFor(const Payment& payment) {
    const std::string& reference = payment.reference;
    const size_t id = std::stoul(reference.substr(reference.rfind('-') + 1));
    return made_[payment.user.value()][id - 1];
  }

  // A key used before, however long ago.
  void Repeat() {
    const int64_t user = AnyUser();
    if (made_[user].empty()) return;
    CheckKey(user, made_[user][Below(made_[user].size())]);
  }

  void CheckKey(int64_t user, const Made& made) {
    const Transaction& old = made.transaction;
    Operation again, other;
    if (old.type == TransactionType::kCharge) {
      Charge charge = Harness::ChargeOf(user, old.amount.value(), old.key, old.release_at);
      charge.currency = old.currency;
      again = charge;
      charge.amount = Amount(old.amount.value() + 1);
      other = charge;
    } else {
      Withdraw withdraw = Harness::WithdrawOf(user, -old.amount.value(), old.key);
      withdraw.currency = old.currency;
      again = withdraw;
      withdraw.description = "another";
      other = withdraw;
    }
    const Result& duplicate = h.Do(user, again);
    ASSERT_EQ(duplicate.outcome, Outcome::kDuplicateRequest) << old.key;
    ExpectSame(*duplicate.transaction(), old);
    ASSERT_EQ(h.Do(user, other).outcome, Outcome::kIdempotencyKeyReused) << old.key;
  }

  void ReadOne() {
    const int64_t user = AnyUser();
    const auto& all = made_[user];
    const int64_t id = static_cast<int64_t>(Below(all.size() + 3)) - 1;
    const Result& result =
        h.Do(user, ReadTransaction{.user = UserId(user), .id = TransactionId(id)});
    if (id < 1 || id > static_cast<int64_t>(all.size())) {
      EXPECT_EQ(result.outcome, Outcome::kTransactionNotFound);
    } else {
      ASSERT_EQ(result.outcome, Outcome::kOk);
      ExpectSame(*result.transaction(), all[id - 1].transaction);
    }
  }

  void ReadPage() {
    const int64_t user = AnyUser();
    const auto currencies = Currencies(user);
    ListTransactions list{.user = UserId(user), .currency = currencies[Below(5)]};
    list.order = static_cast<ListOrder>(Below(3));
    list.page = 1 + static_cast<int64_t>(Below(4));
    list.from = TransactionId(static_cast<int64_t>(Below(made_[user].size() + 3)));
    list.limit = 1 + static_cast<int64_t>(Below(8));
    CheckPage(list);
  }

  // From the first page to the last, by what each says is next.
  void CheckPages(int64_t user, ListOrder order, std::optional<Currency> currency, int64_t limit) {
    ListTransactions list{.user = UserId(user), .currency = currency, .order = order};
    list.limit = limit;
    list.from = TransactionId(order == ListOrder::kBefore ? INT64_MAX : 0);
    while (true) {
      const std::optional<int64_t> next = CheckPage(list);
      if (!next) return;
      if (order == ListOrder::kPage) {
        list.page = *next;
      } else {
        list.from = TransactionId(*next);
      }
    }
  }

  std::optional<int64_t> CheckPage(const ListTransactions& list) {
    std::vector<Transaction> all;
    for (const Made& each : made_[list.user.value()]) {
      if (!list.currency || each.transaction.currency == *list.currency) {
        all.push_back(each.transaction);
      }
    }
    const size_t total = all.size();
    if (list.order == ListOrder::kBefore) {
      std::erase_if(all, [&](const Transaction& each) { return each.id >= list.from; });
    } else if (list.order == ListOrder::kAfter) {
      std::erase_if(all, [&](const Transaction& each) { return each.id <= list.from; });
    }
    if (list.order != ListOrder::kAfter) std::reverse(all.begin(), all.end());
    const size_t skipped = list.order == ListOrder::kPage ? (list.page - 1) * list.limit : 0;
    all.erase(all.begin(), all.begin() + std::min(all.size(), skipped));
    const bool more = all.size() > static_cast<size_t>(list.limit);
    if (more) all.resize(list.limit);

    const Result& result = h.Do(list.user.value(), list);
    EXPECT_EQ(result.outcome, Outcome::kOk) << (h.alarms.empty() ? "" : h.alarms.back());
    if (result.outcome != Outcome::kOk) return std::nullopt;
    EXPECT_EQ(result.page->total, static_cast<int64_t>(total));
    EXPECT_EQ(result.page->next.has_value(), more);
    EXPECT_EQ(result.page->transactions.size(), all.size());
    for (size_t i = 0; i < std::min(all.size(), result.page->transactions.size()); ++i) {
      ExpectSame(result.page->transactions[i], all[i]);
    }
    return result.page->next;
  }

  static void ExpectSame(const Transaction& found, const Transaction& expected) {
    EXPECT_EQ(found.user, expected.user);
    EXPECT_EQ(found.id, expected.id);
    EXPECT_EQ(found.currency, expected.currency);
    EXPECT_EQ(found.amount, expected.amount);
    EXPECT_EQ(found.key, expected.key);
    EXPECT_EQ(found.created_at, expected.created_at);
    EXPECT_EQ(found.release_at, expected.release_at);
    // What the bank has not answered yet is under way.
    if (found.status() == Status::kPending) {
      EXPECT_TRUE(expected.status() == Status::kPending);
    } else {
      EXPECT_EQ(found.substatus, expected.substatus);
      EXPECT_EQ(found.updated_at, expected.updated_at);
    }
  }

  void CheckAfter(int64_t user, const Made& made) {
    const TransactionId id = made.transaction.id;
    std::optional<Balance> after;
    h.engine->BeginCut(
        [&](int shard, ShardState& state) {
          if (shard != h.engine->ShardOf(UserId(user))) return;
          Disk disk;
          const TransactionId last = state.ledger.SummaryOf(UserId(user)).last;
          const auto found = state.history.Find(UserId(user), id, last, disk);
          if (!disk.wanted) after = found->after;
        },
        [](Position) {});
    h.scheduler.RunUntilIdle();
    if (!after) {
      const auto stored = h.index->reader().Find(UserId(user), id);
      ASSERT_TRUE(stored.ok() && stored->has_value()) << stored.status();
      after = (*stored)->after;
    }
    EXPECT_EQ(*after, made.after) << "of transaction " << id.value() << " of user " << user;
  }

  void Restart() {
    // Payments that are not answered are inquired after then, which the bank never answers.
    while (!h.bank.waiting.empty()) AnswerBank();
    h.Reopen(1 + static_cast<int>(Below(3)));
    ASSERT_TRUE(h.open_status.ok()) << h.open_status;
  }

  std::mt19937_64 random_;
  std::deque<std::string> texts_;
  std::map<int64_t, std::vector<Made>> made_;
};

struct Params {
  unsigned seed;
  int64_t hot_keys;
  int shards;
};

class HistoryModelTest : public ::testing::TestWithParam<Params> {};
INSTANTIATE_TEST_SUITE_P(Lives, HistoryModelTest,
                         ::testing::Values(Params{1, 1, 1}, Params{2, 3, 2}, Params{3, 10, 3},
                                           Params{4, 40, 1}, Params{5, 200, 2},
                                           Params{6, 1'000'000, 1}));

TEST_P(HistoryModelTest, EveryAnswerIsTheModels) {
  Life life(GetParam().seed, GetParam().hot_keys, GetParam().shards);
  for (int i = 0; i < 3'000 && !::testing::Test::HasFailure(); ++i) life.Step();
  if (::testing::Test::HasFailure()) return;
  life.CheckAll();
  EXPECT_TRUE(life.h.alarms.empty()) << life.h.alarms[0];
}

}  // namespace
}  // namespace wallet
