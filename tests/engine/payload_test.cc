#include "engine/payload.h"

#include <gtest/gtest.h>

#include "tests/engine/events.h"

namespace wallet {
namespace {

using testing::Charged;

std::string Segment(const std::vector<Event>& events, int64_t base) {
  std::string bytes;
  for (const Event& event : events) EncodeEvent(event, Instant(base), bytes);
  return SegmentHead(bytes.size(), static_cast<uint32_t>(events.size()), Instant(base)) + bytes;
}

absl::Status Read(std::string_view payload, uint32_t count, std::vector<Event>* events) {
  RecordView record{.first = Position(5), .count = count, .payload = payload};
  return ReadPayload(record, [&](const Event& event, const EncodedEvent& encoded) {
    Reader reader(encoded.bytes);
    EXPECT_EQ(DecodeEvent(reader, encoded.base), event);
    EXPECT_TRUE(reader.AtEnd());
    events->push_back(event);
  });
}

TEST(PayloadTest, EventsOfAllSegmentsComeBackInOrder) {
  const std::vector<Event> first = {Charged(1, 1, "a", 5, "USD", 900), Charged(1, 2, "b")};
  const std::vector<Event> second = {Charged(2, 1, "c", 5, "USD", 800)};
  const std::string payload =
      std::string(kPayloadStart) + Segment(first, 900) + Segment(second, 700);
  std::vector<Event> events;
  ASSERT_TRUE(Read(payload, 3, &events).ok());
  EXPECT_EQ(events, (std::vector<Event>{first[0], first[1], second[0]}));
}

TEST(PayloadTest, EveryTruncationIsDataLossThatNamesThePosition) {
  const std::string payload =
      std::string(kPayloadStart) + Segment({Charged(1, 1, "a"), Charged(1, 2, "b")}, 1'000);
  for (size_t size = 0; size < payload.size(); ++size) {
    std::vector<Event> events;
    const absl::Status status = Read(std::string_view(payload).substr(0, size), 2, &events);
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    EXPECT_NE(status.message().find("position"), absl::string_view::npos);
  }
}

TEST(PayloadTest, ACountThatDiffersFromTheRecordsIsDataLoss) {
  const std::string payload = std::string(kPayloadStart) + Segment({Charged(1, 1, "a")}, 1'000);
  std::vector<Event> events;
  EXPECT_EQ(Read(payload, 2, &events).code(), absl::StatusCode::kDataLoss);
}

TEST(PayloadTest, ANewerVersionIsNamedBesideOurs) {
  std::vector<Event> events;
  const absl::Status status = Read("\x02", 1, &events);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_NE(status.message().find("payload version 2; this program reads versions up to 1"),
            absl::string_view::npos)
      << status;
}

}  // namespace
}  // namespace wallet
