#include "net/response_writer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/proto/frame.h"

namespace wallet {
namespace {

constexpr size_t kSmall = 400;  // of a frame

std::vector<v1::Response> Frames(std::string_view bytes, uint64_t request_id, size_t max) {
  std::vector<v1::Response> responses;
  while (!bytes.empty()) {
    const ParsedFrame frame = ParseFrame(bytes, max);
    EXPECT_EQ(frame.state, ParsedFrame::State::kFrame) << ToString(frame.error);
    if (frame.state != ParsedFrame::State::kFrame) break;
    EXPECT_EQ(frame.header.kind, FrameKind::kResponse);
    EXPECT_EQ(frame.header.request_id, request_id);
    EXPECT_TRUE(responses.emplace_back().ParseFromString(std::string(frame.body)));
    bytes.remove_prefix(frame.consumed);
  }
  return responses;
}

Result At(uint64_t position) {
  Result result;
  result.position = Position(position);
  return result;
}

Result PageOf(size_t transactions) {
  Result result;
  result.page = std::make_unique<Page>();
  result.page->transactions.resize(transactions);
  return result;
}

TEST(ResponseWriterTest, AnswersThatFitAreOneFrame) {
  ResponseWriter writer(kSmall);
  std::string out = "before";
  writer.Begin(9, out);
  for (uint64_t i = 1; i <= 3; ++i) writer.Add(At(i));
  writer.End();
  const auto frames = Frames(std::string_view(out).substr(6), 9, kSmall);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_FALSE(frames[0].more());
  ASSERT_EQ(frames[0].results_size(), 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(frames[0].results(i).position(), i + 1u);
}

TEST(ResponseWriterTest, NoOperationsAreAnsweredByAnEmptyFrame) {
  ResponseWriter writer;
  std::string out;
  writer.Begin(1, out);
  writer.End();
  const auto frames = Frames(out, 1, kSmall);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].results_size(), 0);
}

TEST(ResponseWriterTest, WhatDoesNotFitGoesOnInFurtherFramesInOrder) {
  ResponseWriter writer(kSmall);
  std::string out;
  writer.Begin(9, out);
  for (uint64_t i = 1; i <= 1'000; ++i) writer.Add(At(i));
  writer.End();
  const auto frames = Frames(out, 9, kSmall);
  ASSERT_GT(frames.size(), 2u);
  uint64_t next = 1;
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].more(), i + 1 < frames.size());
    for (const v1::Result& result : frames[i].results()) EXPECT_EQ(result.position(), next++);
  }
  EXPECT_EQ(next, 1'001u);
}

TEST(ResponseWriterTest, AResultThatFitsNoFrameIsRefusedAloneWhereverItStands) {
  for (const int before : {0, 1, 30}) {
    ResponseWriter writer(kSmall);
    std::string out;
    writer.Begin(2, out);
    for (int i = 0; i < before; ++i) writer.Add(At(1));
    writer.Add(PageOf(1'000));
    writer.Add(At(7));
    writer.End();
    std::vector<v1::Result> results;
    for (const auto& frame : Frames(out, 2, kSmall)) {
      results.insert(results.end(), frame.results().begin(), frame.results().end());
    }
    ASSERT_EQ(results.size(), before + 2u);
    EXPECT_EQ(results[before].error().code(), static_cast<uint32_t>(Outcome::kInvalidField));
    EXPECT_EQ(results[before].error().field(), "limit");
    EXPECT_FALSE(results[before].has_page());
    EXPECT_EQ(results[before + 1].position(), 7u);
    EXPECT_FALSE(results[before + 1].has_error());
  }
}

TEST(ResponseWriterTest, HealthAndErrandsGoOnInFurtherFramesLikeResults) {
  ResponseWriter writer(kSmall);
  std::string out;
  writer.Begin(2, out);
  v1::AdminResult errand;
  errand.mutable_backup()->set_directory(std::string(150, 'd'));
  const ServerIdentity server{.version = std::string(250, 'v'), .epoch = "abcdefgh", .bank = "sim"};
  for (int i = 0; i < 3; ++i) {
    writer.Add(errand);
    writer.Add(Health(), server);
  }
  writer.End();
  const auto frames = Frames(out, 2, kSmall);
  EXPECT_GT(frames.size(), 2u);
  std::vector<v1::Result> results;
  for (const auto& frame : frames) {
    results.insert(results.end(), frame.results().begin(), frame.results().end());
  }
  ASSERT_EQ(results.size(), 6u);
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].has_admin(), i % 2 == 0) << i;
    EXPECT_EQ(results[i].has_health(), i % 2 == 1) << i;
  }
}

TEST(ResponseWriterTest, EverySizeAroundTheLimitGivesWholeFrames) {
  for (size_t length = 300; length < 420; ++length) {
    ResponseWriter writer(kSmall);
    Result wide;
    wide.outcome = Outcome::kInvalidField;
    wide.message = std::string(length, 'm');
    std::string out;
    writer.Begin(2, out);
    writer.Add(At(1));
    writer.Add(wide);
    writer.Add(At(2));
    writer.End();
    int results = 0;
    for (const auto& frame : Frames(out, 2, kSmall)) results += frame.results_size();
    EXPECT_EQ(results, 3) << length;
  }
}

TEST(ResponseWriterTest, NothingOfOneResultIsLeftInTheNext) {
  ResponseWriter writer;
  Result full = PageOf(3);
  full.outcome = Outcome::kDuplicateRequest;
  full.set_transaction(Transaction());
  full.balance.emplace();
  full.currency = *Currency::Parse("USD");
  std::string out;
  writer.Begin(1, out);
  writer.Add(full);
  writer.Add(At(5));
  writer.End();
  const auto frames = Frames(out, 1, kMaxFrameBytes);
  ASSERT_EQ(frames.size(), 1u);
  v1::Result expected;
  expected.set_position(5);
  EXPECT_EQ(frames[0].results(1).SerializeAsString(), expected.SerializeAsString());
}

}  // namespace
}  // namespace wallet
