// The committer between the first marker of a cut and the last.
#include "engine/cut.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "engine/committer.h"
#include "engine/cut_queue.h"
#include "engine/payload.h"
#include "tests/engine/events.h"
#include "tests/engine/harness.h"

namespace wallet {
namespace {

using testing::Answers;
using testing::CapturingBatch;
using testing::Charged;

constexpr int kShards = 3;

class CutTest : public ::testing::Test {
 protected:
  std::shared_ptr<Cut> MakeCut() {
    return std::make_shared<Cut>(
        kShards, [](int, ShardState&) {}, [this, held = HeldBy()](Position at) { cut_at_ = at; });
  }
  // Destroyed with the cut.
  std::shared_ptr<bool> HeldBy() {
    auto held = std::make_shared<bool>();
    owner_ = held;
    return held;
  }

  // A segment of one charge and of the batch that asked for it.
  std::shared_ptr<Answers> AddWrite(int shard) {
    auto segment = std::make_unique<Segment>(Instant(1'000), shard, pending_);
    segment->Add(Charged(shard + 1, ++ids_[shard], "k"));
    return AddBatch(std::move(segment));
  }
  std::shared_ptr<Answers> AddRead(int shard) {
    return AddBatch(std::make_unique<Segment>(Instant(1'000), shard, pending_));
  }
  std::shared_ptr<Answers> AddBatch(std::unique_ptr<Segment> segment) {
    auto answers = std::make_shared<Answers>();
    auto batch = std::make_unique<CapturingBatch>(answers);
    batch->operations.emplace_back(ReadBalance{});
    batch->results.resize(1);
    batch->results[0].position = segment->relative();
    pending_ += 1;
    segment->AddResults(batch.get(), 0, 1);
    segment->AddBatch(std::move(batch));
    committer_.Add(std::move(segment));
    return answers;
  }
  void AddMarker(int shard, const std::shared_ptr<Cut>& cut) {
    auto segment = std::make_unique<Segment>(Instant(1'000), shard, pending_);
    segment->Mark(cut);
    committer_.Add(std::move(segment));
  }
  static Position At(const Answers& answers) { return answers.results.at(0).position; }
  // The users whose events the log holds, in its order: shard + 1 each.
  std::vector<int64_t> Logged() {
    std::vector<int64_t> users;
    const absl::Status status = log_.Read(Position(0), [&](const RecordView& record) {
      return ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
        users.push_back(event.user.value());
      });
    });
    EXPECT_TRUE(status.ok()) << status;
    return users;
  }

  FakeClock clock_;
  ManualScheduler scheduler_{clock_};
  std::unique_ptr<Executor> executor_ = scheduler_.MakeExecutor();
  std::shared_ptr<MemoryLogDisk> disk_ = MemoryLog::NewDisk();
  MemoryLog log_{disk_};
  absl::Status failure_;
  Committer committer_{log_, *executor_, [](const Segment&) {},
                       [this](absl::Status status) { failure_ = status; }};
  std::atomic<int64_t> pending_{0};
  int64_t ids_[kShards] = {};
  std::optional<Position> cut_at_;
  std::weak_ptr<bool> owner_;
};

TEST_F(CutTest, AnEmptyLogIsCutAtZero) {
  const auto cut = MakeCut();
  for (int shard = 0; shard < kShards; ++shard) AddMarker(shard, cut);
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, Position(0));
  EXPECT_EQ(log_.end(), Position(0));
}

TEST_F(CutTest, SegmentsBehindTheirMarkerAreHeldBackWhileOtherShardsGoOn) {
  const auto cut = MakeCut();
  const auto before = AddWrite(0);
  AddMarker(0, cut);
  const auto held = AddWrite(0);
  const auto held_read = AddRead(0);
  const auto other = AddWrite(1);
  scheduler_.RunUntilIdle();
  EXPECT_TRUE(before->complete);
  EXPECT_TRUE(other->complete);
  EXPECT_EQ(At(*other), Position(2));
  EXPECT_FALSE(held->complete);
  EXPECT_FALSE(held_read->complete);

  AddMarker(2, cut);
  const auto last = AddWrite(1);
  AddMarker(1, cut);
  const auto behind = AddWrite(1);
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, Position(3));
  EXPECT_EQ(At(*last), Position(3));
  EXPECT_EQ(At(*held), Position(4));
  EXPECT_EQ(At(*held_read), Position(4));
  EXPECT_EQ(At(*behind), Position(5));
  EXPECT_EQ(Logged(), (std::vector<int64_t>{1, 2, 2, 1, 2}));
  EXPECT_EQ(pending_, 0);
}

TEST_F(CutTest, TheRecordEndsAtTheCut) {
  const auto cut = MakeCut();
  for (int shard = 0; shard < kShards; ++shard) {
    AddWrite(shard);
    AddMarker(shard, cut);
    AddWrite(shard);
  }
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, Position(3));
  ASSERT_EQ(disk_->records.size(), 2u);
  EXPECT_EQ(disk_->records[1].first, Position(4));
}

TEST_F(CutTest, IsCompleteOnlyWhenItsRecordIsDurable) {
  log_.Defer();
  const auto cut = MakeCut();
  AddWrite(0);
  for (int shard = 0; shard < kShards; ++shard) AddMarker(shard, cut);
  const auto behind = AddWrite(1);
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, std::nullopt);
  ASSERT_TRUE(log_.CompleteNext());
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, Position(1));
  EXPECT_FALSE(behind->complete);
  ASSERT_TRUE(log_.CompleteNext());
  scheduler_.RunUntilIdle();
  EXPECT_TRUE(behind->complete);
}

TEST_F(CutTest, ACutBehindReadsAloneIsCompleteAtOnce) {
  AddWrite(0);
  scheduler_.RunUntilIdle();
  const auto cut = MakeCut();
  const auto read = AddRead(0);
  for (int shard = 0; shard < kShards; ++shard) AddMarker(shard, cut);
  scheduler_.RunUntilIdle();
  EXPECT_EQ(cut_at_, Position(1));
  EXPECT_TRUE(read->complete);
  EXPECT_EQ(disk_->records.size(), 1u);
}

TEST_F(CutTest, AfterAFailureTheCutIsDroppedAndWhatWasHeldBackIsUnknown) {
  log_.FailAfter(0, MemoryLog::Fault::kLost);
  auto cut = MakeCut();
  AddMarker(0, cut);
  const auto held = AddWrite(0);
  const auto failed = AddWrite(1);
  AddMarker(1, cut);
  cut.reset();
  scheduler_.RunUntilIdle();
  EXPECT_FALSE(failure_.ok());
  for (const auto& answers : {held, failed}) {
    ASSERT_TRUE(answers->complete);
    EXPECT_EQ(answers->results[0].outcome, Outcome::kOutcomeUnknown);
  }
  EXPECT_EQ(cut_at_, std::nullopt);
  EXPECT_TRUE(owner_.expired());
  AddMarker(2, MakeCut());
  scheduler_.RunUntilIdle();
  EXPECT_TRUE(owner_.expired());
}

TEST(CutQueueTest, CutsGoOneAfterAnotherAndAClosedQueueDropsTheRest) {
  std::vector<std::shared_ptr<Cut>> sent;
  std::vector<int> done;
  CutQueue queue(1, [&](std::shared_ptr<Cut> cut) { sent.push_back(std::move(cut)); });
  const auto held = std::make_shared<bool>();
  const auto begin = [&](int number) {
    queue.Begin([](int, ShardState&) {},
                [&done, held, number](Position) { done.push_back(number); });
  };
  for (const int number : {1, 2, 3}) begin(number);
  ASSERT_EQ(sent.size(), 1u);
  sent[0]->Complete(Position(1));
  EXPECT_EQ(done, (std::vector<int>{1}));
  ASSERT_EQ(sent.size(), 2u);
  queue.Close();
  begin(4);
  sent[1]->Complete(Position(2));
  EXPECT_EQ(done, (std::vector<int>{1, 2}));
  EXPECT_EQ(sent.size(), 2u);
  sent.clear();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace wallet
