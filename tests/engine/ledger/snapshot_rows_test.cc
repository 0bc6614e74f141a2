// The pure decoders: what is written is read, and nothing else is.
#include "engine/ledger/snapshot_rows.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "engine/ledger/limits.h"
#include "engine/ledger/snapshot_records.h"
#include "tests/support/currencies.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

template <class Block>
std::string PayloadOf(Block& block) {
  return std::string(block.block().bytes());
}

std::string SampleUsers() {
  LotMemory memory;
  User user;
  user.set_last_id(TransactionId(300));
  user.At(kUsd).Credit(Amount(1'000), std::nullopt, Instant(5), memory);
  user.At(kUsd).Credit(Amount(70), Instant(1'000), Instant(5), memory);
  user.At(kUsd).Credit(Amount(7), Instant(2'000), Instant(5), memory);
  user.At(kUsd).Hold(Amount(30), Instant(5), memory);
  user.At(kEur).Credit(Amount(2), std::nullopt, Instant(5), memory);
  UserBlock block;
  block.Add(UserId(9), user);
  block.Add(UserId(4), user);
  block.Add(FrozenUser(UserId(INT64_MAX), user));
  return PayloadOf(block);
}

OpenWithdrawal SampleOpen() {
  return {.user = UserId(9),
          .id = TransactionId(3),
          .currency = kUsd,
          .amount = Amount(30),
          .epoch = *Epoch::Parse("abcdefgh"),
          .created_at = Instant(5),
          .updated_at = Instant(6),
          .substatus = Substatus::kUnknown,
          .attempts = 2,
          .may_have_paid = true,
          .bank = "sim",
          .destination = "DE00"};
}

std::string Encoded(const OpenWithdrawal& open) {
  OpenBlock block;
  block.Add(open);
  return PayloadOf(block);
}

TEST(SnapshotRowsTest, UsersAreRead) {
  UserRows rows;
  ASSERT_TRUE(DecodeUsers(SampleUsers(), rows));
  ASSERT_EQ(rows.users.size(), 3u);
  EXPECT_EQ(rows.users[1].id, UserId(4));
  EXPECT_EQ(rows.users[2].id, UserId(INT64_MAX));
  EXPECT_EQ(rows.users[1].last_id, TransactionId(300));
  ASSERT_EQ(rows.accounts.size(), 6u);
  EXPECT_EQ(rows.accounts[2].total, Amount(1'077));
  EXPECT_EQ(rows.accounts[2].held, Amount(30));
  EXPECT_EQ(rows.accounts[2].lots, 2u);
  EXPECT_EQ(rows.accounts[3].currency, kEur);
  EXPECT_TRUE(rows.accounts[4].lots_follow);
  EXPECT_FALSE(rows.accounts[5].lots_follow);
  ASSERT_EQ(rows.lots.size(), 4u);
  EXPECT_EQ(rows.lots[3].release_at, Instant(2'000));
  EXPECT_EQ(rows.lots[3].amount, Amount(7));
}

TEST(SnapshotRowsTest, LotsAreRead) {
  LotsBlock block;
  block.Begin(UserId(7), kEur);
  block.Add(Instant(10), Amount(3));
  block.Add(kMaxInstant, Amount(INT64_MAX));
  std::string bytes;
  block.MoveTo(true, bytes);
  LotsRows rows;
  ASSERT_TRUE(DecodeLots(std::string_view(bytes).substr(kBlockHeadBytes), rows));
  EXPECT_EQ(rows.user, UserId(7));
  EXPECT_EQ(rows.currency, kEur);
  EXPECT_TRUE(rows.last);
  ASSERT_EQ(rows.lots.size(), 2u);
  EXPECT_EQ(rows.lots[1].release_at, kMaxInstant);
  EXPECT_EQ(rows.lots[1].amount, Amount(INT64_MAX));
}

TEST(SnapshotRowsTest, WithdrawalsAreRead) {
  std::vector<OpenWithdrawal> rows;
  ASSERT_TRUE(DecodeOpen(Encoded(SampleOpen()), rows));
  EXPECT_EQ(rows, std::vector{SampleOpen()});
}

TEST(SnapshotRowsTest, WithdrawalsOutOfRangeAreRefused) {
  const auto refused = [](std::function<void(OpenWithdrawal&)> change) {
    OpenWithdrawal open = SampleOpen();
    change(open);
    std::vector<OpenWithdrawal> rows;
    return !DecodeOpen(Encoded(open), rows);
  };
  EXPECT_FALSE(refused([](OpenWithdrawal&) {}));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.user = UserId(0); }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.id = TransactionId(0); }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.amount = Amount(0); }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.currency = Currency(); }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.created_at = Instant(-1); }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.substatus = Substatus::kNone; }));
  EXPECT_TRUE(refused([](OpenWithdrawal& open) { open.substatus = Substatus::kCompleted; }));
}

TEST(SnapshotRowsTest, TheEndIsReadAndSealed) {
  SectionEnd end{.users = 3,
                 .accounts = 4,
                 .open = 5,
                 .last_stamp = Instant(6),
                 .keys = {7, 8},
                 .digest = {9, UINT64_MAX}};
  end.flows[kUsd] = {.charged = Int128{1} << 100, .paid = 10, .held = 11};
  end.flows[kEur] = {.charged = INT64_MAX};
  std::string bytes;
  AppendEnd(end, bytes);
  bytes.erase(0, kBlockHeadBytes);
  SectionEnd read;
  ASSERT_TRUE(DecodeEnd(bytes, read));
  EXPECT_EQ(read.open, 5);
  EXPECT_EQ(read.last_stamp, Instant(6));
  EXPECT_EQ(read.digest, end.digest);
  EXPECT_TRUE(read.flows[kUsd].charged == Int128{1} << 100 && read.flows[kUsd].held == 11);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodeEnd(damaged, read)) << bit;
  }
}

// An end whose seal fits: its fields alone are wrong.
TEST(SnapshotRowsTest, SumsTooLargeToBeAddedUpAreRefused) {
  for (Int128 Flow::*part : {&Flow::charged, &Flow::paid, &Flow::held}) {
    for (const int bits : {109, 110}) {
      SectionEnd end, read;
      end.flows[kUsd].*part = Int128{1} << bits;
      std::string bytes;
      AppendEnd(end, bytes);
      EXPECT_EQ(DecodeEnd(bytes.substr(kBlockHeadBytes), read), bits < 110) << bits;
    }
  }
}

TEST(SnapshotRowsTest, CurrenciesThatDoNotRiseAreRefused) {
  const auto read = [](std::initializer_list<Currency> currencies) {
    SnapshotBlock block(BlockType::kEnd);
    for (int i = 0; i < 4; ++i) block.Number(int64_t{0});
    for (int i = 0; i < 4; ++i) block.Fixed(0, sizeof(uint64_t));
    block.Number(uint64_t{currencies.size()});
    for (const Currency currency : currencies) {
      block.Name(currency);
      for (int i = 0; i < 6; ++i) block.Number(int64_t{0});
    }
    block.Fixed(Xxh3(block.bytes()), sizeof(uint64_t));
    SectionEnd end;
    return DecodeEnd(block.bytes(), end);
  };
  EXPECT_TRUE(read({std::min(kEur, kUsd), std::max(kEur, kUsd)}));
  EXPECT_FALSE(read({std::max(kEur, kUsd), std::min(kEur, kUsd)}));
  EXPECT_FALSE(read({kUsd, kUsd}));
}

TEST(SnapshotRowsTest, MoreCurrenciesThanThereAreIsRefused) {
  SnapshotBlock block(BlockType::kEnd);
  for (int i = 0; i < 4; ++i) block.Number(int64_t{0});
  for (int i = 0; i < 4; ++i) block.Fixed(0, sizeof(uint64_t));
  block.Number(UINT64_MAX);
  block.Name(kUsd);
  block.Fixed(Xxh3(block.bytes()), sizeof(uint64_t));
  SectionEnd end;
  EXPECT_FALSE(DecodeEnd(block.bytes(), end));
}

TEST(SnapshotRowsTest, LotsBehindTheLastInstantAreRefused) {
  LotsBlock block;
  block.Begin(UserId(7), kEur);
  block.Add(kMaxInstant, Amount(3));
  block.Add(Instant(kMaxInstant.value() + 1), Amount(3));
  std::string bytes;
  block.MoveTo(true, bytes);
  LotsRows rows;
  EXPECT_FALSE(DecodeLots(std::string_view(bytes).substr(kBlockHeadBytes), rows));
}

// What is read is fit to be loaded, whatever the bytes.
RC_GTEST_PROP(SnapshotRowsProperty, WhateverIsReadIsInRange, (const std::string& noise)) {
  const std::string real = SampleUsers();
  const std::string bytes = real.substr(0, *rc::gen::inRange<size_t>(0, real.size() + 1)) + noise;
  UserRows rows;
  if (!DecodeUsers(bytes, rows)) return;
  size_t accounts = 0, lots = 0;
  for (const UserRow& user : rows.users) {
    RC_ASSERT(user.id.value() >= 1 && user.last_id.value() >= 1);
    RC_ASSERT(user.accounts >= 1u);
    accounts += user.accounts;
  }
  RC_ASSERT(accounts == rows.accounts.size());
  for (const AccountRow& account : rows.accounts) {
    int64_t room = account.total.value() - account.held.value();
    RC_ASSERT(account.held >= kNoAmount && account.currency != Currency());
    for (size_t i = 0; i < account.lots; ++i) room -= rows.lots[lots++].amount.value();
    RC_ASSERT(room >= 0);
  }
}

RC_GTEST_PROP(SnapshotRowsProperty, NoiseDoesNoHarm, (const std::string& noise)) {
  LotsRows lots;
  std::vector<OpenWithdrawal> open;
  SectionEnd end;
  DecodeLots(noise, lots);
  DecodeOpen(Encoded(SampleOpen()) + noise, open);
  RC_ASSERT(!DecodeEnd(noise, end) || !noise.empty());
}

}  // namespace
}  // namespace wallet
