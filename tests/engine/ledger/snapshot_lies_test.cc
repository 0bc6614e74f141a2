// Sections that are whole, and whose records are in range, but that speak of no ledger there can
// be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/ledger/ledger_loader.h"
#include "engine/ledger/section_check.h"
#include "engine/ledger/snapshot_records.h"
#include "engine/ledger/state_hash.h"
#include "tests/engine/ledger/random_ledgers.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using testing::Load;
using testing::MakeLedgers;

// A user's account with a total of 10.
class Holding {
 public:
  explicit Holding(int64_t held, Currency currency = kUsd) {
    user_.set_last_id(TransactionId(2));
    user_.At(currency).Credit(Amount(10), std::nullopt, Instant(5), memory_);
    if (held > 0) user_.At(currency).Hold(Amount(held), Instant(5), memory_);
  }
  operator const User&() const { return user_; }

 private:
  LotMemory memory_;
  User user_;
};

OpenWithdrawal OpenOf(int64_t user, int64_t id, Currency currency = kUsd) {
  return {.user = UserId(user),
          .id = TransactionId(id),
          .currency = currency,
          .amount = Amount(5),
          .created_at = Instant(5),
          .updated_at = Instant(5)};
}

// Writes a section, and counts what its end must say of it.
class SectionMaker {
 public:
  SectionMaker& Add(int64_t id, const User& user) {
    users_.Add(UserId(id), user);
    users_.MoveTo(bytes_);
    Count(UserId(id), user);
    return *this;
  }
  // All but the lots.
  SectionMaker& AddInPieces(int64_t id, const User& user) {
    users_.Add(FrozenUser(UserId(id), user));
    users_.MoveTo(bytes_);
    Count(UserId(id), user);
    return *this;
  }
  SectionMaker& AddLots(int64_t id, Currency currency,
                        std::vector<std::pair<int64_t, int64_t>> lots, bool last = true) {
    lots_.Begin(UserId(id), currency);
    for (const auto& [at, amount] : lots) lots_.Add(Instant(at), Amount(amount));
    lots_.MoveTo(last, bytes_);
    return *this;
  }
  SectionMaker& Add(const OpenWithdrawal& open) {
    open_.Add(open);
    open_.MoveTo(bytes_);
    ++end.open;
    end.digest += OpenDigest(open);
    end.flows[open.currency].held += open.amount.value();
    return *this;
  }
  SectionMaker& Add(SnapshotBlock& block) {
    block.MoveTo(bytes_);
    return *this;
  }
  std::string Ended() const {
    std::string section = bytes_;
    AppendEnd(end, section);
    return section;
  }

  SectionEnd end;

 private:
  void Count(UserId id, const User& user) {
    ++end.users;
    end.accounts += static_cast<int64_t>(user.account_count());
    end.digest += UserDigest(id, user, kMinInstant);
    user.ForEachAccount([&](Currency currency, const Account& account) {
      end.flows[currency].charged += account.total().value();
    });
  }

  std::string bytes_{static_cast<char>(kSnapshotVersion)};
  UserBlock users_;
  LotsBlock lots_;
  OpenBlock open_;
};

void ExpectRefused(const SectionMaker& section, const char* why, size_t ledgers = 1) {
  const absl::Status status = Load(MakeLedgers(ledgers), {section.Ended()});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(why));
}

// By who loads it, and by who only looks whether it could be loaded.
void ExpectRefusedByBoth(const SectionMaker& section, const char* why) {
  ExpectRefused(section, why);
  SectionCheck check(0);
  const absl::Status status = check.Add(section.Ended());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(why));
}

TEST(SnapshotLiesTest, WhatFitsTogetherIsLoaded) {
  SectionMaker section;
  section.Add(1, Holding(5)).Add(OpenOf(1, 2));
  const absl::Status status = Load(MakeLedgers(1), {section.Ended()});
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SnapshotLiesTest, AUserTwiceIsRefused) {
  ExpectRefused(SectionMaker().Add(1, Holding(0)).Add(1, Holding(0)), "user 1 comes twice");
}

TEST(SnapshotLiesTest, AnAccountTwiceIsRefused) {
  SnapshotBlock block(BlockType::kUsers);
  block.Signed(7);  // the user
  block.Number(int64_t{3});
  for (const Currency currency : {kUsd, kEur, kUsd}) {
    block.Byte(kNamesCurrency | (block.size() < 10 ? kMoreAccounts : 0));
    block.Name(currency);
    block.Number(int64_t{10});
  }
  ExpectRefusedByBoth(SectionMaker().Add(block), "an account comes twice");
}

TEST(SnapshotLiesTest, AWithdrawalTwiceIsRefused) {
  ExpectRefused(SectionMaker().Add(1, Holding(10)).Add(OpenOf(1, 2)).Add(OpenOf(1, 2)),
                "a withdrawal comes twice");
}

TEST(SnapshotLiesTest, AWithdrawalOfAnotherLedgersUserIsRefused) {
  Ledger ledger;
  LedgerLoader loader(
      {&ledger}, [](UserId user) { return static_cast<size_t>(user.value() - 1); }, 1);
  const absl::Status status =
      loader.Add(0, SectionMaker().Add(1, Holding(0)).Add(OpenOf(2, 1)).Ended());
  EXPECT_THAT(std::string(status.message()), HasSubstr("user 2 is of none"));
}

TEST(SnapshotLiesTest, AWithdrawalWithoutATransactionOfItsNumberIsRefused) {
  ExpectRefused(SectionMaker().Add(1, Holding(5)).Add(OpenOf(1, 3)), "no transaction");
}

TEST(SnapshotLiesTest, AWithdrawalOfACurrencyThatItsUserHasNotIsRefused) {
  ExpectRefused(SectionMaker().Add(1, Holding(0)).Add(2, Holding(5, kEur)).Add(OpenOf(1, 2, kEur)),
                "user 1 does not hold");
}

TEST(SnapshotLiesTest, AWithdrawalThatItsUserDoesNotHoldIsRefused) {
  ExpectRefused(SectionMaker().Add(1, Holding(0)).Add(2, Holding(5)).Add(OpenOf(1, 2)),
                "user 1 does not hold");
}

// In the sum over the section all is there, but not in the ledger that it is for.
TEST(SnapshotLiesTest, AHoldWithoutAWithdrawalIsRefused) {
  ExpectRefused(SectionMaker().Add(2, Holding(5)).Add(1, Holding(0)).Add(OpenOf(1, 2)),
                "what no withdrawal is about", 2);
}

TEST(SnapshotLiesTest, OtherCountsThanItsOwnAreRefused) {
  for (int64_t SectionEnd::*count :
       {&SectionEnd::users, &SectionEnd::accounts, &SectionEnd::open}) {
    SectionMaker section;
    section.Add(1, Holding(5)).Add(OpenOf(1, 2));
    ++(section.end.*count);
    ExpectRefusedByBoth(section, "there must be");
  }
}

TEST(SnapshotLiesTest, MoneyFromNowhereIsRefused) {
  for (Int128 Flow::*part : {&Flow::charged, &Flow::paid, &Flow::held}) {
    SectionMaker section;
    section.Add(1, Holding(5)).Add(OpenOf(1, 2));
    section.end.flows[kUsd].*part += 1;
    ExpectRefusedByBoth(section, "USD is not what came in less what went out");
  }
}

TEST(SnapshotLiesTest, ACurrencyOfWhichNothingCameInIsRefused) {
  SectionMaker section;
  section.Add(1, Holding(0));
  section.end.flows.clear();
  ExpectRefusedByBoth(section, "nothing came in");
}

class LotsInPiecesTest : public ::testing::Test {
 protected:
  // A user with lots of 3 at 10 and 4 at 20.
  LotsInPiecesTest() {
    user.set_last_id(TransactionId(3));
    user.At(kUsd).Credit(Amount(3), Instant(10), Instant(5), memory);
    user.At(kUsd).Credit(Amount(4), Instant(20), Instant(5), memory);
    section.AddInPieces(1, user);
  }
  LotMemory memory;
  User user;
  SectionMaker section;
};

TEST_F(LotsInPiecesTest, InTurnTheyAreLoaded) {
  section.AddLots(1, kUsd, {{10, 3}}, false).AddLots(1, kUsd, {{20, 4}});
  const absl::Status status = Load(MakeLedgers(1), {section.Ended()});
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(LotsInPiecesTest, OfAnotherUserTheyAreRefused) {
  ExpectRefused(section.AddLots(2, kUsd, {{10, 3}}), "of another account");
}

TEST_F(LotsInPiecesTest, OfAnotherCurrencyTheyAreRefused) {
  ExpectRefused(section.AddLots(1, kEur, {{10, 3}}), "of another account");
}

TEST_F(LotsInPiecesTest, ThatDoNotRiseTheyAreRefused) {
  ExpectRefused(section.AddLots(1, kUsd, {{10, 3}}, false).AddLots(1, kUsd, {{10, 4}}),
                "do not rise");
}

TEST_F(LotsInPiecesTest, BeyondTheirAccountTheyAreRefused) {
  ExpectRefused(section.AddLots(1, kUsd, {{10, 3}, {20, 5}}), "exceed");
}

TEST_F(LotsInPiecesTest, NothingElseComesBeforeThem) {
  ExpectRefused(section.Add(2, Holding(0)), "out of turn");
}

TEST(SnapshotLiesTest, LotsOfNoAccountAreRefused) {
  ExpectRefused(SectionMaker().AddLots(1, kUsd, {{10, 3}}), "out of turn");
}

TEST(SnapshotLiesTest, ABlockOfNoKnownTypeIsRefused) {
  SnapshotBlock block(static_cast<BlockType>(9));
  ExpectRefused(SectionMaker().Add(block), "no known type");
}

TEST(SnapshotLiesTest, ABlockLargerThanAnyIsRefused) {
  std::string section{static_cast<char>(kSnapshotVersion)};
  section.push_back(static_cast<char>(BlockType::kUsers));
  PutFixed(section, static_cast<uint32_t>(kMaxSnapshotBlockBytes + 1));
  EXPECT_THAT(std::string(Load(MakeLedgers(1), {section}).message()), HasSubstr("larger than any"));
  section.append(kMaxSnapshotBlockBytes + 1, '\0');
  EXPECT_THAT(std::string(Load(MakeLedgers(1), {section}).message()), HasSubstr("larger than any"));
}

TEST(SnapshotLiesTest, NoVersionIsZero) {
  EXPECT_THAT(std::string(Load(MakeLedgers(1), {std::string(1, '\0')}).message()),
              HasSubstr("no version"));
}

TEST(SnapshotLiesTest, TheFirstErrorIsFinal) {
  Ledger ledger;
  LedgerLoader loader(
      {&ledger}, [](UserId) { return size_t{0}; }, 2);
  EXPECT_TRUE(loader.Add(0, "").ok());
  const absl::Status first = loader.Add(0, std::string(1, '\0'));
  EXPECT_FALSE(first.ok());
  EXPECT_EQ(loader.Add(1, SectionMaker().Ended()), first);
  EXPECT_EQ(loader.Finish(), first);
}

TEST(SnapshotLiesTest, TheErrorOfALedgerIsNotThatOfTheNext) {
  SectionMaker section;
  section.Add(2, Holding(5)).Add(1, Holding(5)).Add(OpenOf(2, 3)).Add(OpenOf(1, 4));
  ExpectRefused(section, "withdrawal 3 of user 2", 2);
}

}  // namespace
}  // namespace wallet
