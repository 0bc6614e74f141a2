// How much of its thread's time a connection takes before the others have their turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "net/client/codec.h"
#include "net/session.h"
#include "tests/engine/harness.h"

namespace wallet {
namespace {

// A wire whose other end is the test.
class ManualWire final : public Stream {
 public:
  // What the session is to find when it reads, and the tasks it has put off.
  struct End {
    std::string sent;
    std::span<char> space;
    Done read;
    std::deque<absl::AnyInvocable<void()>> posted;
    int64_t put_off_us = 0;  // for how long, all together
    std::string answered;
    size_t largest_write = 0;
    bool closed = false;

    // One read, of as much as it has room for.
    void DeliverRead() {
      const size_t size = std::min(sent.size(), space.size());
      std::copy_n(sent.begin(), size, space.begin());
      sent.erase(0, size);
      std::exchange(read, {})({}, size);
    }
    void RunPosted() {
      if (posted.empty()) return;
      auto task = std::move(posted.front());
      posted.pop_front();
      task();
    }
  };

  explicit ManualWire(End& end) : end_(end) {}

  void Read(std::span<char> space, Done done) override {
    end_.space = space;
    end_.read = std::move(done);
  }
  void Write(std::string_view bytes, Done done) override {
    end_.answered.append(bytes);
    end_.largest_write = std::max(end_.largest_write, bytes.size());
    end_.posted.emplace_back(
        [size = bytes.size(), done = std::move(done)]() mutable { done({}, size); });
  }
  void Cancel() override {}
  bool ShutdownSend() override { return true; }
  void Close() override { end_.closed = true; }
  void WriteLast(std::string_view) override {}
  void PostAfter(int64_t delay_us, absl::AnyInvocable<void()> task) override {
    end_.put_off_us += delay_us;
    end_.posted.push_back(std::move(task));
  }

 private:
  End& end_;
};

class SessionTurnTest : public ::testing::Test {
 protected:
  explicit SessionTurnTest(std::shared_ptr<UserLimiter> limiter = {})
      : services_(new SessionServices{.engine = *h_.engine,
                                      .home = home_,
                                      .clock = h_.clock,
                                      .identity = {.default_currency = h_.options.default_currency},
                                      .request_timeout_us = 30'000'000,
                                      .state = std::make_shared<ListenerState>(),
                                      .reader = RequestReader(h_.options.default_currency),
                                      .writer = ResponseWriter(),
                                      .limiter = std::move(limiter)}) {
    session_ =
        std::make_shared<Session>(std::make_unique<ManualWire>(wire_), services_, [](Session&) {});
    session_->Start();
    v1::Hello hello;
    hello.set_min_version(kProtocolVersion);
    hello.set_max_version(kProtocolVersion);
    wire_.sent = std::string(kMagic) + FrameOf(FrameKind::kHello, 0, hello.SerializeAsString());
    wire_.DeliverRead();
    while (!wire_.posted.empty()) wire_.RunPosted();
  }
  ~SessionTurnTest() override {
    session_->Close();
    h_.Crash();
    wire_.read = {};
    wire_.posted.clear();
  }

  static std::string FrameOf(FrameKind kind, uint64_t id, const std::string& body) {
    std::string frame;
    AppendFrameHeader(
        {.body_size = static_cast<uint32_t>(body.size()), .kind = kind, .request_id = id}, frame);
    return frame + body;
  }
  // Frames of one operation each.
  static std::string Frames(size_t count) {
    std::string frames;
    for (size_t i = 1; i <= count; ++i) {
      std::string body;
      client::Encode(client::Charge{.user_id = 1, .amount = 1, .idempotency_key = absl::StrCat(i)},
                     body);
      frames += FrameOf(FrameKind::kRequest, i, body);
    }
    return frames;
  }
  int64_t under_way() const { return services_->state->under_way; }
  // As one read. A frame that came in small parts has made the room for it.
  void DeliverAtOnce(std::string bytes) {
    std::string padding;
    client::Encode(client::Charge{.user_id = 1,
                                  .amount = 1,
                                  .idempotency_key = "padding",
                                  .description = std::string(2 * bytes.size(), 'x')},
                   padding);
    wire_.sent = FrameOf(FrameKind::kRequest, 1, padding);
    while (!wire_.sent.empty()) wire_.DeliverRead();
    while (!wire_.posted.empty()) wire_.RunPosted();  // it was too long: refused, and told so
    ASSERT_EQ(under_way(), 0);
    wire_.sent = std::move(bytes);
    wire_.DeliverRead();
    ASSERT_TRUE(wire_.sent.empty());
  }

  testing::Harness h_{1};
  std::unique_ptr<Executor> executor_ = h_.scheduler.MakeExecutor();
  IoThread home_{*executor_};
  std::shared_ptr<SessionServices> services_;
  ManualWire::End wire_;
  std::shared_ptr<Session> session_;
};

TEST_F(SessionTurnTest, OneReadOfMuchIsTakenInTurnsAndNothingIsReadMeanwhile) {
  constexpr int64_t kFrames = 2 * kOperationsPerTurn + 10;
  DeliverAtOnce(Frames(kFrames));
  EXPECT_EQ(under_way(), int64_t{kOperationsPerTurn});
  EXPECT_FALSE(wire_.read);
  wire_.RunPosted();
  EXPECT_EQ(under_way(), 2 * int64_t{kOperationsPerTurn});
  EXPECT_FALSE(wire_.read);
  wire_.RunPosted();
  EXPECT_EQ(under_way(), kFrames);
  EXPECT_TRUE(wire_.read);  // the next frames may come
  EXPECT_TRUE(wire_.posted.empty());

  h_.scheduler.RunUntilIdle();
  while (!wire_.posted.empty()) wire_.RunPosted();
  EXPECT_EQ(under_way(), 0);
}

TEST_F(SessionTurnTest, AnAnswerOfAnySizeLeavesInParts) {
  DeliverAtOnce(Frames(1'000));
  while (!wire_.posted.empty()) wire_.RunPosted();
  h_.scheduler.RunUntilIdle();
  wire_.answered.clear();
  while (!wire_.posted.empty()) wire_.RunPosted();
  EXPECT_GT(wire_.answered.size(), kBytesPerTurn);
  EXPECT_EQ(wire_.largest_write, kBytesPerTurn);
  EXPECT_EQ(under_way(), 0);
}

class LimitedTurnTest : public SessionTurnTest {
 protected:
  LimitedTurnTest() : SessionTurnTest(std::make_shared<UserLimiter>(UserRate{1, 1}, /*seed=*/1)) {}
};

TEST_F(LimitedTurnTest, AConnectionRestsForEachOperationThatItsUsersLimitRefuses) {
  DeliverAtOnce(Frames(11));
  EXPECT_EQ(services_->limiter->refused(), 10);
  EXPECT_EQ(wire_.put_off_us, 10 * kRestUsPerLimited);
  EXPECT_FALSE(wire_.read);  // nothing more is taken before
  h_.scheduler.RunUntilIdle();
  while (!wire_.posted.empty()) wire_.RunPosted();
  EXPECT_EQ(under_way(), 0);  // but all is answered
  EXPECT_TRUE(wire_.read);
}

TEST_F(LimitedTurnTest, AConnectionOfWhomNothingIsRefusedDoesNotRest) {
  wire_.sent = Frames(1);
  while (!wire_.sent.empty()) wire_.DeliverRead();
  EXPECT_EQ(under_way(), 1);
  EXPECT_EQ(wire_.put_off_us, 0);
  EXPECT_TRUE(wire_.read);
}

TEST_F(SessionTurnTest, AConnectionClosedBetweenTwoTurnsTakesNoMore) {
  DeliverAtOnce(Frames(kOperationsPerTurn + 10));
  EXPECT_EQ(under_way(), int64_t{kOperationsPerTurn});
  session_->Close();
  while (!wire_.posted.empty()) wire_.RunPosted();
  EXPECT_EQ(under_way(), 0);
  EXPECT_FALSE(wire_.read);
}

}  // namespace
}  // namespace wallet
