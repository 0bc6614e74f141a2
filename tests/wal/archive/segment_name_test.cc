#include "wal/archive/segment_name.h"

#include <gtest/gtest.h>

#include <string>

namespace wallet {
namespace {

const std::string kOne = "00000000000000000001";
const std::string kLargest = "18446744073709551615";

TEST(SegmentNameTest, WhatIsWrittenIsRead) {
  const PositionRange range{Position(1), Position(UINT64_MAX)};
  EXPECT_EQ(SegmentName(range), "segment-" + kOne + "-" + kLargest);
  EXPECT_EQ(ParseSegmentName(SegmentName(range)), range);
  EXPECT_TRUE(IsUnfinishedSegmentName(UnfinishedSegmentName(Position(1))));
}

TEST(SegmentNameTest, AnythingElseIsNoSegment) {
  for (const std::string& name :
       {std::string(), "segment-" + kOne, "Segment-" + kOne + "-" + kOne,
        "segment-" + kOne + "_" + kOne, "segment-x" + kOne.substr(1) + "-" + kOne,
        "segment-" + kOne + "-" + kOne.substr(1) + "x", "segment-" + kOne + "-" + kOne + "0",
        // Beyond 64 bits, from nowhere, and backwards.
        "segment-" + kOne + "-18446744073709551616", "segment-99999999999999999999-" + kLargest,
        "segment-" + std::string(20, '0') + "-" + kOne, "segment-" + kLargest + "-" + kOne}) {
    EXPECT_FALSE(ParseSegmentName(name)) << name;
  }
}

TEST(SegmentNameTest, AnythingElseIsNoUnfinishedOne) {
  const std::string good = UnfinishedSegmentName(Position(1));
  const std::string suffix = good.substr(std::string("segment-").size() + kOne.size());
  for (const std::string& name : {"Segment-" + kOne + suffix, "segment-" + kOne,
                                  "segment-" + kOne + "0" + suffix, "segment-" + suffix}) {
    EXPECT_FALSE(IsUnfinishedSegmentName(name)) << name;
  }
}

}  // namespace
}  // namespace wallet
