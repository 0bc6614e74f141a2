// How a snapshot is cut into blocks: many users, many lots, many withdrawals, and many that change
// before they were written.
#include <gtest/gtest.h>

#include <string>

#include "engine/ledger/ledger_snapshot.h"
#include "engine/ledger/snapshot_block.h"
#include "tests/engine/events.h"
#include "tests/engine/ledger/random_ledgers.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

using testing::Charged;
using testing::Load;
using testing::MakeLedgers;
using testing::WithdrawalRequested;
using testing::WriteAll;

constexpr size_t kNoLimit = size_t{1} << 30;  // of a slice: only blocks end

// How many blocks of a type there are; none is larger than it may be.
int Blocks(std::string_view section, BlockType type) {
  Reader reader(section.substr(1));
  int blocks = 0;
  while (!reader.AtEnd() && reader.ok()) {
    blocks += reader.Fixed<uint8_t>() == static_cast<uint8_t>(type);
    const uint32_t size = reader.Fixed<uint32_t>();
    EXPECT_LE(size, kMaxSnapshotBlockBytes);
    reader.Raw(size);
  }
  return blocks;
}

class SnapshotBlocksTest : public ::testing::Test {
 protected:
  void ExpectTheState(const std::string& section, const Digest& at_cut) {
    const auto loaded = MakeLedgers(1);
    const absl::Status status = Load(loaded, {section});
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(loaded[0]->DigestAt(kMinInstant), at_cut);
  }

  Ledger ledger;
};

TEST_F(SnapshotBlocksTest, ManyUsersAndWithdrawalsTakeSeveral) {
  for (int64_t user = 1; user <= 9'000; ++user) {
    ledger.Apply(Charged(user * 1'000'003, 1, "a", 1'000'000));
    ledger.Apply(WithdrawalRequested(user * 1'000'003, 2, "w", 500'000));
  }
  const Digest at_cut = ledger.DigestAt(kMinInstant);
  const std::string section = WriteAll(*ledger.BeginSnapshot(), kNoLimit);
  EXPECT_GE(Blocks(section, BlockType::kUsers), 2);
  EXPECT_GE(Blocks(section, BlockType::kOpen), 2);
  ExpectTheState(section, at_cut);
}

TEST_F(SnapshotBlocksTest, WhatChangesBeforeItIsWrittenTakesSeveral) {
  constexpr int64_t kUsers = 9'000;
  for (int64_t user = 1; user <= kUsers; ++user) {
    ledger.Apply(Charged(user * 1'000'003, 1, "a", 1'000'000));
    ledger.Apply(WithdrawalRequested(user * 1'000'003, 2, "w", 500'000));
  }
  const Digest at_cut = ledger.DigestAt(kMinInstant);
  const auto snapshot = ledger.BeginSnapshot();
  for (int64_t user = 1; user <= kUsers; ++user) {
    ledger.Apply(Charged(user * 1'000'003, 3, "b", 7));
    ledger.Apply(testing::Moved(user * 1'000'003, 2, Substatus::kDispatching));
  }
  const std::string section = WriteAll(*snapshot, kNoLimit);
  EXPECT_GE(Blocks(section, BlockType::kUsers), 2);
  EXPECT_GE(Blocks(section, BlockType::kOpen), 2);
  ExpectTheState(section, at_cut);
}

// Written in pieces: accounts with and without lots, and one that began while they were.
TEST_F(SnapshotBlocksTest, AUserOfManyLotsTakesSeveralAndHasOtherAccounts) {
  int64_t id = 0;
  ledger.Apply(Charged(1, ++id, "first", 5, "EUR"));
  for (int64_t lot = 0; lot < 20'000; ++lot) {
    Event event = Charged(1, ++id, std::to_string(lot), 1'000'000);
    event.release_at = Instant(5'000'000'000 + 1'000'000 * lot);
    ledger.Apply(event);
  }
  ledger.Apply(Charged(1, ++id, "last", 5, "JPY"));
  const Digest at_cut = ledger.DigestAt(kMinInstant);
  const auto snapshot = ledger.BeginSnapshot();
  std::string section;
  ASSERT_TRUE(snapshot->Next(100, section));
  ledger.Apply(Charged(1, ++id, "new", 5, "GBP"));
  section += WriteAll(*snapshot, kNoLimit);
  EXPECT_GE(Blocks(section, BlockType::kLots), 2);
  ExpectTheState(section, at_cut);
}

}  // namespace
}  // namespace wallet
