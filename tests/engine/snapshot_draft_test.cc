// A snapshot counts only once it has been read as a start would read it.
#include "engine/snapshot_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/ledger/ledger.h"
#include "engine/ledger/ledger_snapshot.h"
#include "tests/engine/ledger/random_ledgers.h"
#include "tests/support/currencies.h"
#include "tests/support/memory_files.h"

namespace wallet {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class SnapshotDraftTest : public ::testing::Test {
 protected:
  SnapshotDraftTest() {
    EXPECT_TRUE(files_.CreateDirectory(kDirectory).ok());
    testing::RandomLedgers live(1, 3);
    for (int i = 0; i < 100; ++i) live.Step();
    const auto snapshot = live.ledgers[0]->BeginSnapshot();
    section_ = testing::WriteAll(*snapshot);
    facts_ = {.accounts = live.ledgers[0]->account_count(),
              .open_withdrawals = static_cast<int64_t>(testing::AllOpen(live.ledgers).size()),
              .digest = snapshot->digest()};
  }

  absl::Status Publish(std::string_view section, const SectionFacts& facts) {
    auto draft = SnapshotDraft::Create(files_, kDirectory, Position(100), 1, 0);
    if (!draft.ok()) return draft.status();
    if (absl::Status status = (*draft)->Append(0, section); !status.ok()) return status;
    return (*draft)->Publish(
        {.position = Position(100), .default_currency = kUsd, .sections = {facts}}, cancelled_);
  }
  std::vector<SnapshotFile> Kept() { return *SnapshotCatalog(files_, kDirectory).List(); }

  static constexpr char kDirectory[] = "/snapshots";
  MemoryFiles files_;
  std::atomic<bool> cancelled_{false};
  std::string section_;
  SectionFacts facts_;
};

TEST_F(SnapshotDraftTest, OneThatReadsAsTheLedgerWasIsKept) {
  EXPECT_EQ(Publish(section_, facts_), absl::OkStatus());
  EXPECT_THAT(Kept(), SizeIs(1));
}

TEST_F(SnapshotDraftTest, OneThatCouldNotBeLoadedIsNoSnapshot) {
  const std::string without_version = section_.substr(1);
  EXPECT_EQ(Publish(without_version, facts_).code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(SnapshotDraftTest, OneOfAnotherLedgerThanItSaysIsNoSnapshot) {
  SectionFacts other = facts_;
  other.digest.low ^= 1;
  EXPECT_EQ(Publish(section_, other).code(), absl::StatusCode::kDataLoss);
  other = facts_;
  ++other.accounts;
  EXPECT_EQ(Publish(section_, other).code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(SnapshotDraftTest, OneCancelledIsNoSnapshot) {
  cancelled_ = true;
  EXPECT_EQ(Publish(section_, facts_).code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(Kept(), IsEmpty());
}

}  // namespace
}  // namespace wallet
