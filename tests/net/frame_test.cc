#include "net/proto/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "net/limits.h"

namespace wallet {
namespace {

using State = ParsedFrame::State;

std::string Frame(FrameKind kind, uint64_t id, std::string_view body) {
  std::string out;
  AppendFrameHeader({static_cast<uint32_t>(body.size()), kind, id}, out);
  return out.append(body);
}

TEST(FrameTest, TheBytesOfAHeaderArePinned) {
  EXPECT_EQ(Frame(FrameKind::kRequest, 0x0102030405060708, "hi"),
            std::string("\x02\0\0\0\x03\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01hi", 18));
}

TEST(FrameTest, NumbersAreThoseOfTheDocument) {
  EXPECT_EQ(kMagic, "WALLET\r\n");
  EXPECT_EQ(kFrameHeaderBytes, 16u);
  EXPECT_EQ(static_cast<int>(FrameKind::kHello), 1);
  EXPECT_EQ(static_cast<int>(FrameKind::kWelcome), 2);
  EXPECT_EQ(static_cast<int>(FrameKind::kRequest), 3);
  EXPECT_EQ(static_cast<int>(FrameKind::kResponse), 4);
  EXPECT_EQ(static_cast<int>(FrameKind::kGoodbye), 5);
}

TEST(FrameTest, EveryErrorSaysWhatIsWrong) {
  EXPECT_EQ(ToString(FrameError::kNone), "no error");
  EXPECT_EQ(ToString(FrameError::kTooLarge), "the frame is larger than the limit");
  EXPECT_EQ(ToString(FrameError::kUnknownKind), "the frame is of an unknown kind");
  EXPECT_EQ(ToString(FrameError::kReservedBits),
            "reserved bytes of the frame's header are not zero");
}

TEST(FrameTest, ReadsWhatWasWrittenAndLeavesTheRest) {
  const std::string bytes = Frame(FrameKind::kResponse, 77, "body") + "rest";
  const ParsedFrame frame = ParseFrame(bytes, kMaxFrameBytes);
  ASSERT_EQ(frame.state, State::kFrame);
  EXPECT_EQ(frame.header.kind, FrameKind::kResponse);
  EXPECT_EQ(frame.header.request_id, 77u);
  EXPECT_EQ(frame.body, "body");
  EXPECT_EQ(frame.consumed, kFrameHeaderBytes + 4);
}

TEST(FrameTest, AnEmptyBodyIsAFrame) {
  const ParsedFrame frame = ParseFrame(Frame(FrameKind::kRequest, 1, ""), kMaxFrameBytes);
  ASSERT_EQ(frame.state, State::kFrame);
  EXPECT_EQ(frame.body, "");
  EXPECT_EQ(frame.consumed, kFrameHeaderBytes);
}

TEST(FrameTest, EveryPrefixNeedsMoreAndSaysHowMuch) {
  const std::string bytes = Frame(FrameKind::kRequest, 5, "twelve bytes");
  for (size_t size = 0; size < bytes.size(); ++size) {
    const ParsedFrame frame = ParseFrame(std::string_view(bytes).substr(0, size), kMaxFrameBytes);
    EXPECT_EQ(frame.state, State::kNeedMore) << size;
    EXPECT_EQ(frame.needed, size < kFrameHeaderBytes ? kFrameHeaderBytes : bytes.size()) << size;
  }
}

TEST(FrameTest, TheLimitCountsTheHeaderAndIsJudgedWithoutTheBody) {
  const std::string fits = Frame(FrameKind::kRequest, 1, std::string(84, 'x'));
  EXPECT_EQ(ParseFrame(fits, 100).state, State::kFrame);
  const std::string header = Frame(FrameKind::kRequest, 1, std::string(85, 'x')).substr(0, 16);
  const ParsedFrame frame = ParseFrame(header, 100);
  EXPECT_EQ(frame.state, State::kError);
  EXPECT_EQ(frame.error, FrameError::kTooLarge);
}

TEST(FrameTest, TheLargestSizeAHeaderCanNameIsTooLarge) {
  std::string bytes = Frame(FrameKind::kRequest, 1, "");
  bytes.replace(0, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(ParseFrame(bytes, kMaxFrameBytes).error, FrameError::kTooLarge);
}

TEST(FrameTest, OnlyKnownKindsAreTaken) {
  for (int kind = 0; kind < 256; ++kind) {
    std::string bytes = Frame(FrameKind::kRequest, 1, "");
    bytes[4] = static_cast<char>(kind);
    const bool known = kind >= 1 && kind <= 5;
    EXPECT_EQ(ParseFrame(bytes, kMaxFrameBytes).error,
              known ? FrameError::kNone : FrameError::kUnknownKind)
        << kind;
  }
}

TEST(FrameTest, ReservedBytesMustBeZero) {
  for (const size_t at : {5, 6, 7}) {
    std::string bytes = Frame(FrameKind::kRequest, 1, "");
    bytes[at] = 1;
    EXPECT_EQ(ParseFrame(bytes, kMaxFrameBytes).error, FrameError::kReservedBits) << at;
  }
}

TEST(FrameTest, SetBodySizeCompletesAHeaderWrittenBeforeItsBody) {
  std::string out = "before";
  AppendFrameHeader({.kind = FrameKind::kWelcome, .request_id = 3}, out);
  out += "the body";
  SetBodySize(out, 6);
  EXPECT_EQ(out, "before" + Frame(FrameKind::kWelcome, 3, "the body"));
}

// What a session sees of a stream: (kind, id, body) of each frame, then perhaps an error.
std::vector<std::string> ParseAll(const std::string& stream, size_t step) {
  std::vector<std::string> seen;
  std::string buffer;
  for (size_t at = 0; at < stream.size(); at += step) {
    buffer += stream.substr(at, step);
    while (true) {
      const ParsedFrame frame = ParseFrame(buffer, kMaxFrameBytes);
      if (frame.state == State::kNeedMore) break;
      if (frame.state == State::kError) {
        seen.push_back(std::string(ToString(frame.error)));
        return seen;
      }
      seen.push_back(std::to_string(static_cast<int>(frame.header.kind)) + "/" +
                     std::to_string(frame.header.request_id) + "/" + std::string(frame.body));
      buffer.erase(0, frame.consumed);
    }
  }
  return seen;
}

TEST(FrameTest, ByteByByteIsTheSameAsAllAtOnce) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string stream;
    for (int i = 0; i < 5; ++i) {
      stream += Frame(static_cast<FrameKind>(1 + random() % 5), random(),
                      std::string(random() % 50, static_cast<char>(random())));
    }
    // Every second stream is damaged somewhere.
    if (round % 2 == 1) stream[random() % stream.size()] ^= static_cast<char>(1 + random() % 255);
    const auto whole = ParseAll(stream, stream.size());
    EXPECT_EQ(ParseAll(stream, 1), whole);
    EXPECT_EQ(ParseAll(stream, 7), whole);
  }
}

TEST(FrameTest, RandomBytesGiveFramesWithinTheBytesOrErrors) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 8);
    const ParsedFrame frame = ParseFrame(bytes, 48);
    switch (frame.state) {
      case State::kNeedMore:
        EXPECT_GT(frame.needed, bytes.size());
        EXPECT_LE(frame.needed, 48u);
        break;
      case State::kFrame:
        EXPECT_LE(frame.consumed, bytes.size());
        EXPECT_EQ(frame.body.size() + kFrameHeaderBytes, frame.consumed);
        break;
      case State::kError:
        EXPECT_NE(frame.error, FrameError::kNone);
        break;
    }
  }
}

}  // namespace
}  // namespace wallet
