#include "engine/ledger/event.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/ledger/limits.h"
#include "tests/support/currencies.h"

namespace wallet {
namespace {

constexpr Instant kBase{1'700'000'000'000'000};

// One of each shape; what they encode to is pinned by the golden file.
std::vector<Event> Samples() {
  Event charge;
  charge.type = EventType::kCharged;
  charge.user = UserId(123);
  charge.id = TransactionId(1);
  charge.at = Instant(kBase.value() + 1'000);
  charge.currency = kUsd;
  charge.amount = Amount(5'000);
  charge.key = "charge-2024-001-0000";

  Event full = charge;
  full.user = UserId(INT64_MAX);
  full.id = TransactionId(INT64_MAX);
  full.amount = Amount(INT64_MAX);
  full.release_at = kMaxInstant;
  full.description = "wörds";

  Event withdrawal = charge;
  withdrawal.type = EventType::kWithdrawalRequested;
  withdrawal.epoch = *Epoch::Parse("abcdefgh");
  withdrawal.destination = "";
  withdrawal.description = "rent";

  Event moved;
  moved.type = EventType::kWithdrawalMoved;
  moved.user = UserId(123);
  moved.id = TransactionId(2);
  moved.at = kBase;
  moved.to = Substatus::kFailed;
  moved.attempt = 3;
  moved.bank = "sim";
  moved.code = "declined";
  moved.message = "no such account";
  return {charge, full, withdrawal, moved};
}

std::string Encoded(const Event& event) {
  std::string bytes;
  EncodeEvent(event, kBase, bytes);
  return bytes;
}

TEST(EventTest, WhatIsEncodedIsDecoded) {
  for (const Event& event : Samples()) {
    const std::string bytes = Encoded(event);
    Reader reader(bytes);
    EXPECT_EQ(DecodeEvent(reader, kBase), event);
    EXPECT_TRUE(reader.AtEnd());
  }
}

TEST(EventTest, TheBytesAreThoseOfTheGoldenFile) {
  std::string bytes;
  for (const Event& event : Samples()) bytes += Encoded(event);
  std::ifstream file(WALLET_GOLDEN_DIR "/events_v1.bin", std::ios::binary);
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(golden.empty());
  EXPECT_EQ(bytes, golden);
}

TEST(EventTest, ATypicalChargeTakesNoMoreThan40Bytes) {
  EXPECT_LE(Encoded(Samples()[0]).size(), 40u);
}

TEST(EventTest, EveryTruncationIsRefused) {
  for (const Event& event : Samples()) {
    const std::string bytes = Encoded(event);
    for (size_t size = 0; size < bytes.size(); ++size) {
      Reader reader(std::string_view(bytes).substr(0, size));
      DecodeEvent(reader, kBase);
      EXPECT_FALSE(reader.ok()) << size;
    }
  }
}

TEST(EventTest, AMoveWithAnotherHeadIsRefused) {
  const std::string good = Encoded(Samples()[3]);
  for (int bit = 0; bit < 8; ++bit) {
    std::string bad = good;
    bad[0] = static_cast<char>(bad[0] ^ (1 << bit));
    Reader reader(bad);
    DecodeEvent(reader, kBase);
    EXPECT_FALSE(reader.AtEnd()) << bit;
  }
}

TEST(EventTest, TheLargestEventFitsItsBound) {
  const std::string key(kMaxKeyBytes, 'k');
  const std::string text(kMaxDescriptionBytes, 't');
  Event event = Samples()[1];
  event.type = EventType::kWithdrawalRequested;
  event.release_at.reset();
  event.key = key;
  event.destination = text;
  event.description = text;
  EXPECT_LE(Encoded(event).size(), kMaxEventBytes);
}

TEST(EventTest, FieldsOutOfRangeAreRefused) {
  const auto refused = [](auto change) {
    Event event = Samples()[0];
    change(event);
    const std::string bytes = Encoded(event);
    Reader reader(bytes);
    DecodeEvent(reader, kBase);
    return !reader.ok();
  };
  EXPECT_TRUE(refused([](Event& e) { e.user = UserId(0); }));
  EXPECT_TRUE(refused([](Event& e) { e.id = TransactionId(0); }));
  EXPECT_TRUE(refused([](Event& e) { e.amount = Amount(0); }));
  EXPECT_TRUE(refused([](Event& e) { e.currency = Currency(); }));
  EXPECT_TRUE(refused([](Event& e) { e.key = ""; }));
  EXPECT_TRUE(refused([](Event& e) { e.release_at = Instant(kMaxInstant.value() + 1); }));
}

TEST(EventTest, ATextLongerThanItsBoundIsRefused) {
  const std::string key(kMaxKeyBytes, 'k');
  Event event = Samples()[0];
  event.key = key;
  std::string bytes = Encoded(event);
  bytes.replace(bytes.find("\xff\x01k"), 2, "\x80\x02k", 3);
  Reader reader(bytes);
  DecodeEvent(reader, kBase);
  EXPECT_FALSE(reader.ok());
}

TEST(EventDeathTest, ATextLongerThanItsBoundIsNotRecorded) {
  const std::string key(kMaxKeyBytes + 1, 'k');
  Event event = Samples()[0];
  event.key = key;
  EXPECT_DEATH(Encoded(event), "CHECK failed");
}

RC_GTEST_PROP(EventProperty, WhateverDecodesEncodesToTheSameBytes, (const std::string& noise)) {
  // Noise behind the head of a real event reaches deeper than noise alone.
  for (const Event& sample : Samples()) {
    const std::string real = Encoded(sample);
    const size_t kept = *rc::gen::inRange<size_t>(0, real.size() + 1);
    const std::string bytes = real.substr(0, kept) + noise;
    Reader reader(bytes);
    const Event event = DecodeEvent(reader, kBase);
    if (!reader.ok()) continue;
    const std::string again = Encoded(event);
    RC_ASSERT(bytes.substr(0, bytes.size() - reader.remaining()) == again);
  }
}

}  // namespace
}  // namespace wallet
