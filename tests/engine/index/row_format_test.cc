#include "engine/index/row_format.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr Instant kNow{1'700'000'000'123'456};

Event ACharge() {
  Event event;
  event.type = EventType::kCharged;
  event.at = kNow;
  event.currency = *Currency::Parse("USD");
  event.amount = Amount(5'000);
  event.key = "charge-2024-001-0000";
  return event;
}

Event AWithdrawal() {
  Event event = ACharge();
  event.type = EventType::kWithdrawalRequested;
  event.epoch = *Epoch::Parse("abcdefgh");
  return event;
}

MovedState AState(Substatus to, int64_t after_us = 2'000'000) {
  return {to, Instant(kNow.value() + after_us), "declined", "no such account"};
}

constexpr Balance kAfter{Amount(1'500'000), Amount(1'500'000), Amount(0), Amount(0)};

std::string Encoded(const Event& event, const MovedState* moved = nullptr,
                    const Balance& after = kAfter) {
  RowEncoder encoder;
  return std::string(encoder.Row(event, after, moved));
}
std::string Encoded(const TransactionRow& row) {
  return Encoded(row.created, row.moved ? &*row.moved : nullptr, row.after);
}
std::string Changed(const MovedState& moved) {
  RowEncoder encoder;
  return std::string(encoder.Change(moved));
}
std::string Combined(std::string newer, std::string_view older) {
  CombineRows({1, 2}, newer, older);
  return newer;
}

TEST(RowFormatTest, AChargeIsSmall) {
  EXPECT_EQ(Encoded(ACharge()).size(), 38u);
  Event unreleased = ACharge();
  unreleased.release_at = Instant(1'702'500'000 * kMicrosPerSecond);  // four weeks later
  EXPECT_LE(Encoded(unreleased).size(), 43u);
}

TEST(RowFormatTest, ReleasesOfAnyKindComeBack) {
  for (const int64_t release :
       {int64_t{0}, int64_t{1}, int64_t{kMicrosPerSecond}, kNow.value(), kNow.value() - 1,
        kNow.value() / kMicrosPerSecond * kMicrosPerSecond, kMaxInstant.value(),
        kMaxInstant.value() - 999'999}) {
    for (const Instant created : {kNow, kMinInstant, kMaxInstant}) {
      Event event = ACharge();
      event.at = created;
      event.release_at = Instant(release);
      EXPECT_EQ(DecodeRow(Encoded(event)).value().created, event) << release;
    }
  }
}

std::string AnyText(int low, int high) {
  return std::string(*rc::gen::inRange<size_t>(low, high + 1), *rc::gen::inRange('a', 'z'));
}
Instant AnyInstant() {
  return Instant(*rc::gen::oneOf(rc::gen::inRange<int64_t>(0, kMaxInstant.value()),
                                 rc::gen::just(kMaxInstant.value())));
}

Balance AnyBalance() {
  const int64_t total = *rc::gen::oneOf(rc::gen::inRange<int64_t>(0, INT64_MAX),
                                        rc::gen::just(INT64_MAX), rc::gen::inRange<int64_t>(0, 9));
  const int64_t unreleased = total == 0 ? 0 : *rc::gen::inRange<int64_t>(0, total);
  const int64_t held = total == unreleased ? 0 : *rc::gen::inRange<int64_t>(0, total - unreleased);
  return {Amount(total), Amount(total - unreleased - held), Amount(unreleased), Amount(held)};
}

RC_GTEST_PROP(RowFormatProperty, WhatIsEncodedComesBackAndNoPartOfItDoes, ()) {
  const bool charge = *rc::gen::arbitrary<bool>();
  const std::string key = AnyText(1, 255), text = AnyText(0, 255), words = AnyText(0, 64);
  TransactionRow row;
  row.created = charge ? ACharge() : AWithdrawal();
  row.created.at = AnyInstant();
  row.created.amount = Amount(*rc::gen::positive<int64_t>());
  row.after = AnyBalance();
  row.created.key = key;
  if (*rc::gen::arbitrary<bool>()) row.created.description = text;
  if (charge && *rc::gen::arbitrary<bool>()) row.created.release_at = AnyInstant();
  if (!charge && *rc::gen::arbitrary<bool>()) row.created.destination = text;
  if (!charge && *rc::gen::arbitrary<bool>()) {
    row.moved = {static_cast<Substatus>(*rc::gen::inRange(1, kSubstatusCount)), AnyInstant(), words,
                 text};
  }
  const std::string bytes = Encoded(row);
  RC_ASSERT(DecodeRow(bytes) == std::optional(row));
  for (size_t size = 0; size < bytes.size(); ++size) {
    RC_ASSERT(!DecodeRow(std::string_view(bytes).substr(0, size)));
  }
  RC_ASSERT(!DecodeRow(bytes + '\0'));
}

// What decodes is within every range: encoding it checks that, and gives the same bytes.
RC_GTEST_PROP(RowFormatProperty, AnyBytesAreRefusedOrAreARow, (std::vector<uint8_t> any)) {
  std::string bytes(any.begin(), any.end());
  if (const auto row = DecodeRow(bytes)) {
    RC_ASSERT(Encoded(*row) == bytes);
  }
  if (const auto moved = DecodeChange(bytes)) RC_ASSERT(Changed(*moved) == bytes);
}

RC_GTEST_PROP(RowFormatProperty, ADamagedRowIsRefusedOrIsAnotherRow, ()) {
  const MovedState state = AState(Substatus::kFailed);
  std::string bytes =
      *rc::gen::arbitrary<bool>() ? Encoded(AWithdrawal(), &state) : Encoded(ACharge());
  bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  if (const auto row = DecodeRow(bytes)) {
    RC_ASSERT(Encoded(*row) == bytes);
  }
  std::string newer = Changed(state);
  CombineRows({1, 1}, newer, bytes);  // does not abort
}

// A release that is told as so many whole seconds behind the charge.
std::string ReleasedAfter(int64_t seconds) {
  std::string bytes = Encoded(ACharge());
  bytes[0] |= 0x10;  // a release follows
  PutVarint(bytes, ZigZag(seconds) << 1 | 1);
  return bytes;
}

TEST(RowFormatTest, AReleaseBeyondAllTimeIsRefused) {
  constexpr int64_t kSecond = kNow.value() / kMicrosPerSecond;
  constexpr int64_t kMost = kMaxInstant.value() / kMicrosPerSecond;
  EXPECT_EQ(DecodeRow(ReleasedAfter(-kSecond)).value().created.release_at, Instant(0));
  EXPECT_EQ(DecodeRow(ReleasedAfter(kMost - kSecond)).value().created.release_at,
            Instant(kMost * kMicrosPerSecond));
  for (const int64_t seconds :
       {-kSecond - 1, kMost - kSecond + 1, kMost + 1, -kMost - 1, INT64_MAX / 4, INT64_MIN / 4}) {
    EXPECT_FALSE(DecodeRow(ReleasedAfter(seconds))) << seconds;
  }
}

TEST(RowFormatTest, ChangesComeBack) {
  const MovedState state = AState(Substatus::kReview);
  EXPECT_EQ(DecodeChange(Changed(state)).value(), state);
  EXPECT_FALSE(DecodeRow(Changed(state)));
  EXPECT_FALSE(DecodeChange(Encoded(AWithdrawal(), &state)));
}

TEST(RowFormatTest, AChangeJoinsItsRow) {
  const MovedState early = AState(Substatus::kDispatching), late = AState(Substatus::kFailed);
  const std::string expected = Encoded(AWithdrawal(), &late);
  EXPECT_EQ(Combined(Changed(late), Encoded(AWithdrawal())), expected);
  EXPECT_EQ(Combined(Changed(late), Encoded(AWithdrawal(), &early)), expected);
}

TEST(RowFormatTest, JoiningIsAssociative) {
  const MovedState early = AState(Substatus::kDispatching), late = AState(Substatus::kFailed);
  const std::vector<std::string> values = {Encoded(AWithdrawal()), Encoded(AWithdrawal(), &early),
                                           Changed(early), Changed(late)};
  for (const std::string& a : values) {
    for (const std::string& b : values) {
      for (const std::string& c : values) {
        EXPECT_EQ(Combined(a, Combined(b, c)), Combined(Combined(a, b), c));
      }
    }
  }
}

TEST(RowFormatTest, ARowWrittenAgainStays) {
  const MovedState early = AState(Substatus::kDispatching), late = AState(Substatus::kFailed);
  const std::string again = Encoded(AWithdrawal(), &late);
  EXPECT_EQ(Combined(again, Changed(early)), again);
  EXPECT_EQ(Combined(again, Encoded(AWithdrawal())), again);
}

TEST(RowFormatTest, WhatCannotBeJoinedIsRefusedWhenItIsRead) {
  const std::string change = Changed(AState(Substatus::kFailed));
  for (const std::string& older : {std::string(), std::string("damage"), Encoded(ACharge()),
                                   std::string(kMaxRunValueBytes, 'x')}) {
    const std::string joined = Combined(change, older);
    EXPECT_FALSE(DecodeRow(joined) || DecodeChange(joined));
    EXPECT_LE(joined.size(), kMaxRunValueBytes);
    EXPECT_FALSE(DecodeRow(Combined(change, joined)));
  }
}

TEST(RowFormatDeathTest, WhatCouldNotBeReadIsNotWritten) {
  RowEncoder encoder;
  Event event = ACharge();
  event.key = "";
  EXPECT_DEATH(encoder.Row(event, kAfter, nullptr), "CHECK failed");
  event = ACharge();
  event.at = Instant(-1);
  EXPECT_DEATH(encoder.Row(event, kAfter, nullptr), "CHECK failed");
  const Balance odd{Amount(5), Amount(5), Amount(1), Amount(0)};
  EXPECT_DEATH(encoder.Row(ACharge(), odd, nullptr), "CHECK failed");
  const MovedState state = AState(Substatus::kFailed);
  EXPECT_DEATH(encoder.Row(ACharge(), kAfter, &state), "CHECK failed");
}

}  // namespace
}  // namespace wallet
