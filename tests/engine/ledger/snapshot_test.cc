#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/ledger_loader.h"
#include "engine/ledger/ledger_snapshot.h"
#include "tests/engine/ledger/ledger_driver.h"
#include "tests/engine/ledger/random_ledgers.h"

namespace wallet {
namespace {

using testing::ExpectSame;
using ::testing::HasSubstr;
using testing::LedgerDriver;
using testing::Ledgers;
using testing::Load;
using testing::MakeLedgers;
using testing::RandomLedgers;
using testing::Replay;
using testing::WriteAll;

std::string Written(Ledger& ledger, size_t max_bytes = 64 << 10) {
  return WriteAll(*ledger.BeginSnapshot(), max_bytes);
}

Ledgers Loaded(const std::vector<std::string>& sections, size_t count = 1) {
  Ledgers ledgers = MakeLedgers(count);
  const absl::Status status = Load(ledgers, sections);
  EXPECT_TRUE(status.ok()) << status;
  return ledgers;
}

// One of everything: accounts in two currencies, lots, a user in pieces, a withdrawal in doubt, a
// refund and a payment.
void LiveASample(LedgerDriver& driver) {
  driver.ChargeUser(123, 5'000, "a");
  driver.ChargeUser(123, 700, "b", Instant(driver.now.value() + 10));
  driver.ChargeUser(123, 800, "c", Instant(driver.now.value() + 20));
  driver.Do(Charge{.user = UserId(123),
                   .currency = *Currency::Parse("EUR"),
                   .amount = Amount(INT64_MAX),
                   .key = "d"});
  driver.ChargeUser(INT64_MAX, 1, "e", kMaxInstant);
  for (int64_t i = 0; i < 70; ++i) {
    driver.ChargeUser(7, 1 + i, "h" + std::to_string(i), Instant(driver.now.value() + 5 + 3 * i));
  }
  driver.now = Instant(driver.now.value() + 12);
  driver.Do(Withdraw{.user = UserId(123),
                     .currency = LedgerDriver::Usd(),
                     .amount = Amount(600),
                     .key = "w",
                     .destination = "DE00"});
  driver.Step(123, 5, BankStep::kBeginAttempt);
  driver.Step(123, 5, BankStep::kUnclear);
  for (const auto& [key, step] : {std::pair{"x", BankStep::kPaid}, {"y", BankStep::kDeclined}}) {
    driver.WithdrawUser(123, 100, key);
    const int64_t id = driver.ledger.SummaryOf(UserId(123)).last.value();
    driver.Step(123, id, BankStep::kBeginAttempt);
    driver.Step(123, id, step);
  }
}

TEST(SnapshotTest, AnEmptyLedgerIsWrittenAndLoaded) {
  Ledger ledger;
  const Ledgers loaded = Loaded({Written(ledger)});
  EXPECT_EQ(loaded[0]->account_count(), 0);
  EXPECT_EQ(loaded[0]->DigestAt(kMinInstant), Digest{});
}

TEST(SnapshotTest, TheBytesAreThoseOfTheGoldenFile) {
  LedgerDriver driver;
  LiveASample(driver);
  const std::string section = Written(driver.ledger);
  std::ifstream file(WALLET_GOLDEN_DIR "/snapshot_v1.bin", std::ios::binary);
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(golden.empty());
  EXPECT_EQ(section, golden);
  const Ledgers loaded = Loaded({golden});
  EXPECT_EQ(loaded[0]->DigestAt(driver.now), driver.ledger.DigestAt(driver.now));
  EXPECT_EQ(*loaded[0]->FindOpen(UserId(123), TransactionId(5)), *driver.Open(123, 5));
  EXPECT_EQ(loaded[0]->last_stamp(), driver.now);
  loaded[0]->CheckInvariants();
}

TEST(SnapshotTest, ATypicalUserTakesNoMoreThan12Bytes) {
  LedgerDriver driver;
  constexpr int64_t kUsers = 1'000;
  const int64_t empty = static_cast<int64_t>(Written(driver.ledger).size());
  for (int64_t i = 1; i <= kUsers; ++i) {
    driver.ChargeUser(i * 7'919 % 10'000'019, 1'000'000, std::to_string(i));
  }
  EXPECT_LE(static_cast<int64_t>(Written(driver.ledger).size()) - empty, 12 * kUsers);
}

TEST(SnapshotTest, EveryTruncationIsRefused) {
  LedgerDriver driver;
  LiveASample(driver);
  const std::string section = Written(driver.ledger, 300);
  for (size_t size = 0; size < section.size(); ++size) {
    const absl::Status status = Load(MakeLedgers(2), {section.substr(0, size)});
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST(SnapshotTest, EveryChangedBitIsRefused) {
  LedgerDriver driver;
  LiveASample(driver);
  const std::string section = Written(driver.ledger, 300);
  for (size_t bit = 0; bit < 8 * section.size(); ++bit) {
    std::string damaged = section;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(Load(MakeLedgers(2), {damaged}).ok()) << bit;
  }
}

RC_GTEST_PROP(SnapshotDamageProperty, ADamagedStretchIsRefused, (const std::string& noise)) {
  LedgerDriver driver;
  LiveASample(driver);
  const std::string section = Written(driver.ledger, 300);
  std::string damaged = section;
  const size_t at = *rc::gen::inRange<size_t>(0, section.size());
  damaged.replace(at, *rc::gen::inRange<size_t>(0, 40), noise);
  if (*rc::gen::arbitrary<bool>()) damaged.resize(section.size(), 'x');
  RC_ASSERT(Load(MakeLedgers(2), {damaged}).ok() == (damaged == section));
}

TEST(SnapshotTest, WhatFollowsTheEndIsRefused) {
  LedgerDriver driver;
  LiveASample(driver);
  const std::string section = Written(driver.ledger);
  EXPECT_FALSE(Load(MakeLedgers(1), {section + "\x01"}).ok());
  EXPECT_FALSE(Load(MakeLedgers(1), {section + section.substr(1)}).ok());
}

TEST(SnapshotTest, AMissingSectionIsRefused) {
  RandomLedgers live(2, 1);
  for (int i = 0; i < 300; ++i) live.Step();
  const std::string first = Written(*live.ledgers[0]);
  EXPECT_TRUE(Load(MakeLedgers(2), {first, Written(*live.ledgers[1])}).ok());
  const absl::Status missing = Load(MakeLedgers(2), {first, ""});
  EXPECT_EQ(missing.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(missing.message(), HasSubstr("section 1"));
  const absl::Status twice = Load(MakeLedgers(2), {first, first});
  EXPECT_THAT(twice.message(), HasSubstr("comes twice"));
}

TEST(SnapshotTest, ANewerVersionIsRefusedByName) {
  const absl::Status status = Load(MakeLedgers(1), {"\x02 whatever"});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(status.message(), HasSubstr("version 2"));
  EXPECT_THAT(status.message(), HasSubstr("up to 1"));
}

TEST(SnapshotTest, AUserOfAnotherLedgerIsRefused) {
  LedgerDriver driver;
  driver.ChargeUser(5, 1, "k");
  Ledger ledger;
  LedgerLoader loader(
      {&ledger}, [](UserId) { return size_t{1}; }, 1);
  const absl::Status status = loader.Add(0, Written(driver.ledger));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("user 5"));
  EXPECT_EQ(loader.Finish(), status);
}

TEST(SnapshotTest, ALoadedLedgerGoesOn) {
  LedgerDriver driver;
  LiveASample(driver);
  const Ledgers loaded = Loaded({Written(driver.ledger)}, 3);
  const size_t before = driver.log.size();
  driver.Step(123, 5, BankStep::kBeginInquiry);
  driver.Step(123, 5, BankStep::kInquiryPaid);
  driver.ChargeUser(8, 5, "new");
  Replay(std::string_view(driver.log).substr(before), loaded);
  EXPECT_EQ(testing::SumOf(loaded, driver.now), driver.ledger.DigestAt(driver.now));
  std::vector<std::string> again;
  for (const auto& ledger : loaded) again.push_back(Written(*ledger));
  ExpectSame(Loaded(again, 2), loaded, driver.now);
}

TEST(SnapshotTest, OneGivenUpHalfWayLeavesTheLedgerAsItWas) {
  RandomLedgers live(1, 3);
  for (int i = 0; i < 500; ++i) live.Step();
  std::string slice;
  auto snapshot = live.ledgers[0]->BeginSnapshot();
  EXPECT_TRUE(snapshot->Next(100, slice));
  for (int i = 0; i < 100; ++i) live.Step();
  EXPECT_GT(snapshot->side_bytes(), 0u);
  snapshot.reset();
  for (int i = 0; i < 100; ++i) live.Step();
  const Ledgers loaded = Loaded({Written(*live.ledgers[0])});
  ExpectSame(loaded, live.ledgers, live.now);
}

// Of whole blocks put aside before the first slice, none may come before the version.
TEST(SnapshotTest, WholeBlocksPutAsideBeforeTheFirstSliceComeBehindTheVersion) {
  constexpr int64_t kUsers = 20'000;
  LedgerDriver driver;
  for (int64_t user = 1; user <= kUsers; ++user) driver.ChargeUser(user, user, "a");
  const Digest at_cut = driver.ledger.DigestAt(kMinInstant);
  auto snapshot = driver.ledger.BeginSnapshot();
  for (int64_t user = 1; user <= kUsers; ++user) driver.ChargeUser(user, 1, "b");
  EXPECT_GT(snapshot->side_bytes(), kMaxSnapshotBlockBytes);
  const Ledgers loaded = Loaded({WriteAll(*snapshot)});
  EXPECT_EQ(loaded[0]->DigestAt(kMinInstant), at_cut);
  loaded[0]->CheckInvariants();
}

TEST(SnapshotTest, WhatIsWrittenIsNotPutAsideAnyMore) {
  RandomLedgers live(1, 4);
  for (int i = 0; i < 500; ++i) live.Step();
  auto snapshot = live.ledgers[0]->BeginSnapshot();
  WriteAll(*snapshot);
  for (int i = 0; i < 100; ++i) live.Step();
  EXPECT_EQ(snapshot->side_bytes(), 0u);
  EXPECT_NE(live.ledgers[0]->BeginSnapshot(), nullptr);
}

TEST(SnapshotTest, NextSaysOnceThatItIsDone) {
  Ledger ledger;
  auto snapshot = ledger.BeginSnapshot();
  WriteAll(*snapshot);
  std::string slice;
  EXPECT_FALSE(snapshot->Next(1, slice));
  EXPECT_EQ(slice, "");
}

// Of a user with many lots, what a slice takes depends on the slice and not on the user.
TEST(SnapshotTest, AHotUserIsWrittenInSlices) {
  constexpr int64_t kLots = 100'000;
  constexpr size_t kSlice = 4'096;
  LedgerDriver driver;
  for (int64_t i = 0; i < kLots; ++i) {
    driver.ChargeUser(1, 5, std::to_string(i), Instant(driver.now.value() + 10 + i * 7 % kLots));
  }
  driver.ChargeUser(2, 9, "other");
  const Digest at_cut = driver.ledger.DigestAt(kMinInstant);
  auto snapshot = driver.ledger.BeginSnapshot();
  std::string section;
  int64_t slices = 0;
  for (std::string slice; snapshot->Next(kSlice, slice); slice.clear(), ++slices) {
    EXPECT_LE(slice.size(), kSlice + 100);
    section += slice;
    const Instant later(driver.now.value() + kLots / 2 + slices);
    if (slices < 50) driver.ChargeUser(1, 1, "n" + std::to_string(slices), later);
    if (slices == 20) driver.now = Instant(driver.now.value() + kLots / 3);
  }
  EXPECT_GT(slices, 50);
  const Ledgers loaded = Loaded({section});
  EXPECT_EQ(loaded[0]->DigestAt(kMinInstant), at_cut);
  loaded[0]->CheckInvariants();
}

TEST(SnapshotDeathTest, TwoAtATimeAbort) {
  Ledger ledger;
  const auto snapshot = ledger.BeginSnapshot();
  EXPECT_DEATH(ledger.BeginSnapshot(), "one snapshot at a time");
}

TEST(SnapshotDeathTest, ALedgerThatEndsBeforeItsSnapshotAborts) {
  EXPECT_DEATH(
      {
        auto ledger = std::make_unique<Ledger>();
        const auto snapshot = ledger->BeginSnapshot();
        ledger.reset();
      },
      "CHECK failed");
}

}  // namespace
}  // namespace wallet
