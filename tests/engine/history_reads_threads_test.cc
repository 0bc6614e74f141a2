// Reads of changes and of past balances on real threads, while clients write.
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "tests/engine/threaded_engine.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

using testing::ThreadedEngine;

constexpr int kWrites = 2'000;
constexpr int64_t kUsers = 100;

class AwaitedBatch final : public Batch {
 public:
  explicit AwaitedBatch(std::promise<std::unique_ptr<Batch>> done) : done_(std::move(done)) {}
  void Complete(std::unique_ptr<Batch> self) override {
    auto done = std::move(done_);  // which is about to own this
    done.set_value(std::move(self));
  }

 private:
  std::promise<std::unique_ptr<Batch>> done_;
};

// The batch when it is complete.
std::unique_ptr<Batch> Ask(Engine& engine, Operation operation) {
  std::promise<std::unique_ptr<Batch>> promise;
  auto answer = promise.get_future();
  auto batch = std::make_unique<AwaitedBatch>(std::move(promise));
  const int lane = engine.LanesOf(operation).first;
  batch->operations.push_back(std::move(operation));
  engine.Submit(lane, std::move(batch));
  return answer.get();
}

TEST(HistoryReadsThreadsTest, AreRightBesideWrites) {
  TempDir directory;
  ThreadedEngine e(3, &PosixFileSystem(), directory.path());
  std::thread first([&] { e.Write(1, kWrites); });
  std::thread second([&] { e.Write(2, kWrites); });
  const Currency usd = *Currency::Parse("USD");
  std::map<std::pair<int64_t, Instant>, Balance> past;
  std::map<int64_t, int64_t> totals;
  LedgerPosition after{e.engine().epoch(), Position(0)};
  int64_t user = 0;
  while (after.position < Position(2 * kWrites)) {
    const auto page = Ask(e.engine(), ListChanges{.after = after, .limit = 77});
    ASSERT_EQ(page->results[0].outcome, Outcome::kOk);
    for (const Change& each : page->results[0].changes->changes) {
      EXPECT_EQ(each.position, Position(after.position.value() + 1));
      after.position = each.position;
      totals[each.transaction.user.value()] += each.transaction.amount.value();
    }
    user = user % kUsers + 1;
    const Instant at(SystemClock().Now().value() - 1'000);
    const auto read = Ask(e.engine(), ReadBalance{.user = UserId(user), .currency = usd, .at = at});
    ASSERT_EQ(read->results[0].outcome, Outcome::kOk) << read->results[0].message;
    past[{user, at}] = *read->results[0].balance;
  }
  first.join();
  second.join();
  for (const auto& [asked, balance] : past) {
    const auto again = Ask(
        e.engine(), ReadBalance{.user = UserId(asked.first), .currency = usd, .at = asked.second});
    EXPECT_EQ(*again->results[0].balance, balance) << "user " << asked.first;
  }
  for (const auto& [each, total] : totals) {
    const auto now = Ask(e.engine(), ReadBalance{.user = UserId(each), .currency = usd});
    EXPECT_EQ(now->results[0].balance->total, Amount(total)) << "user " << each;
  }
  e.Close();
}

TEST(HistoryReadsThreadsTest, AStopAnswersThemAll) {
  TempDir directory;
  ThreadedEngine e(3, &PosixFileSystem(), directory.path());
  e.Write(1, kWrites);
  std::vector<std::future<std::unique_ptr<Batch>>> answers;
  for (int i = 0; i < 200; ++i) {
    std::promise<std::unique_ptr<Batch>> promise;
    answers.push_back(promise.get_future());
    auto batch = std::make_unique<AwaitedBatch>(std::move(promise));
    const UserId user(1 + i % kUsers);
    if (i % 2 == 0) {
      batch->operations.push_back(ListChanges{});
    } else {
      batch->operations.push_back(ReadBalance{
          .user = user, .currency = *Currency::Parse("USD"), .at = SystemClock().Now()});
    }
    const int lane = e.engine().LanesOf(batch->operations[0]).first;
    e.engine().Submit(lane, std::move(batch));
  }
  EXPECT_TRUE(e.engine().Stop(0));
  for (auto& each : answers) EXPECT_NE(each.get(), nullptr);
}

}  // namespace
}  // namespace wallet
