// What each user may ask for in a time, over both doors together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/server.h"
#include "tests/net/http/raw_http_client.h"
#include "tests/net/support/binary_server.h"

namespace wallet {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr int64_t kSecond = 1'000'000;
const uint32_t kRateLimited = Number(Outcome::kRateLimited);

class UserRateTest : public testing::Test {
 protected:
  // A token a second, two at once.
  explicit UserRateTest(UserRate rate = {.per_second = 1, .burst = 2}) {
    auto server = Server::Start({.http = "127.0.0.1:0",
                                 .binary = "127.0.0.1:0",
                                 .version = "0.1.0",
                                 .clock = &engine_.clock(),
                                 .user_rate = rate},
                                engine_.engine());
    EXPECT_TRUE(server.ok()) << server.status().message();
    server_ = *std::move(server);
    binary_ = RawClient::Greeted(server_->binary_address());
    http_ = std::make_unique<RawHttpClient>(server_->http_address());
  }
  ~UserRateTest() override {
    engine_.Stop();
    server_.reset();
  }

  uint32_t Ask(const v1::Operation& operation) { return CodeOf(binary_->Ask(operation)); }
  std::vector<uint32_t> AskTogether(const std::vector<v1::Operation>& operations) {
    v1::Request request;
    for (const v1::Operation& operation : operations) *request.add_operations() = operation;
    std::vector<uint32_t> codes;
    const v1::Response response = binary_->Ask(request);
    for (const v1::Result& result : response.results()) codes.push_back(CodeOf(result));
    return codes;
  }
  void UseUp(int64_t user) {
    EXPECT_THAT(AskTogether({BalanceOf(user), BalanceOf(user)}), Each(0u));
  }
  int64_t Refused() {
    v1::Operation health;
    health.mutable_get_health();
    return binary_->Ask(health).health().rate_limited();
  }

  TestEngine engine_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<RawClient> binary_;
  std::unique_ptr<RawHttpClient> http_;
};

TEST_F(UserRateTest, OverHttpItIs429WithTheTimeToWait) {
  for (const char* key : {"a", "b"}) EXPECT_EQ(http_->Ask(ChargeRequest(7, 5, key)).status, 200);
  const HttpAnswer refused = http_->Ask(ChargeRequest(7, 5, "c"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.ErrorCode(), "rate_limited");
  EXPECT_EQ(refused.Header("retry-after"), "1");
  EXPECT_FALSE(refused.Has("connection"));
  EXPECT_EQ(http_->Ask(BalanceRequestOf(8)).status, 200);
  engine_.clock().Advance(1 * kSecond);  // as the answer said
  EXPECT_EQ(http_->Ask(ChargeRequest(7, 5, "c")).status, 200);
}

TEST_F(UserRateTest, EachOperationOfABatchCountsAndFailsAlone) {
  EXPECT_THAT(AskTogether({ChargeOf(7, 1, "a"), ChargeOf(8, 1, "a"), ChargeOf(7, 1, "b"),
                           ChargeOf(7, 1, "c"), ChargeOf(8, 1, "b"), ChargeOf(7, 1, "d")}),
              ElementsAre(0, 0, 0, kRateLimited, 0, kRateLimited));
  EXPECT_EQ(Refused(), 2);
}

TEST_F(UserRateTest, ReadsCountAsWritesDo) {
  UseUp(7);
  EXPECT_EQ(Ask(BalanceOf(7)), kRateLimited);
  EXPECT_EQ(Ask(WithdrawOf(7, 1, "k")), kRateLimited);
}

TEST_F(UserRateTest, BothDoorsAndAllConnectionsShareABucket) {
  EXPECT_EQ(Ask(BalanceOf(7)), 0u);
  EXPECT_EQ(http_->Ask(BalanceRequestOf(7)).status, 200);
  EXPECT_EQ(Ask(BalanceOf(7)), kRateLimited);
  EXPECT_EQ(http_->Ask(BalanceRequestOf(7)).status, 429);
  EXPECT_EQ(CodeOf(RawClient::Greeted(server_->binary_address())->Ask(BalanceOf(7))), kRateLimited);
  EXPECT_EQ(http_->Ask(kHealthRequest).body.at("rate_limited").as_int64(), 3);
}

TEST_F(UserRateTest, WhatIsRefusedLeavesNoTrace) {
  UseUp(7);
  EXPECT_EQ(Ask(ChargeOf(7, 5, "k")), kRateLimited);
  engine_.clock().Advance(2 * kSecond);
  // The key is free, also for another request.
  const v1::Result charged = binary_->Ask(ChargeOf(7, 6, "k"));
  EXPECT_EQ(CodeOf(charged), 0u);
  EXPECT_EQ(charged.transaction().id(), 1);
  EXPECT_EQ(charged.balance().total(), 6);
}

TEST_F(UserRateTest, WhatIsInvalidIsSaidFirstAndTakesNoToken) {
  EXPECT_EQ(Ask(BalanceOf(7)), 0u);
  EXPECT_EQ(Ask(ChargeOf(7, 0, "k")), Number(Outcome::kInvalidField));
  EXPECT_EQ(http_->Ask(GetRequest("/balance?user_id=7&x=1")).ErrorCode(), "unknown_field");
  EXPECT_EQ(Ask(BalanceOf(7)), 0u);
  EXPECT_EQ(Ask(ChargeOf(7, 0, "k")), Number(Outcome::kInvalidField));
  EXPECT_EQ(Ask(ChargeOf(7, 1, "k")), kRateLimited);
}

TEST_F(UserRateTest, ADuplicateIsSaidOnlyOnceItsTurnHasCome) {
  EXPECT_EQ(Ask(ChargeOf(7, 5, "k")), 0u);
  EXPECT_EQ(Ask(ChargeOf(7, 5, "k")), Number(Outcome::kDuplicateRequest));
  EXPECT_EQ(Ask(ChargeOf(7, 5, "k")), kRateLimited);
  EXPECT_EQ(Ask(ChargeOf(7, 9, "k")), kRateLimited);
  engine_.clock().Advance(2 * kSecond);
  EXPECT_EQ(Ask(ChargeOf(7, 5, "k")), Number(Outcome::kDuplicateRequest));
  EXPECT_EQ(Ask(ChargeOf(7, 9, "k")), Number(Outcome::kIdempotencyKeyReused));
}

TEST_F(UserRateTest, OperatorsAndHealthAreNeverRefused) {
  UseUp(7);
  v1::Operation list, resolve, changes;
  list.mutable_list_withdrawals()->set_user_id(7);
  changes.mutable_list_changes();
  resolve.mutable_resolve()->set_user_id(7);
  resolve.mutable_resolve()->set_id(1);
  resolve.mutable_resolve()->set_paid(true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Ask(list), 0u);
    EXPECT_EQ(Ask(changes), 0u);
    EXPECT_EQ(Ask(resolve), Number(Outcome::kTransactionNotFound));
    EXPECT_EQ(http_->Ask(GetRequest("/withdrawals?user_id=7")).status, 200);
    EXPECT_EQ(http_->Ask(kHealthRequest).status, 200);
  }
  EXPECT_EQ(Refused(), 0);
}

TEST_F(UserRateTest, AServerThatStopsSaysThatFirst) {
  UseUp(7);
  server_->StopAccepting();
  EXPECT_EQ(Ask(BalanceOf(7)), Number(Outcome::kShuttingDown));
}

class NoUserRateTest : public UserRateTest {
 protected:
  NoUserRateTest() : UserRateTest(UserRate{}) {}
};

TEST_F(NoUserRateTest, NobodyIsRefused) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(AskTogether(std::vector<v1::Operation>(100, BalanceOf(7))), Each(0u));
  }
  EXPECT_EQ(Refused(), 0);
}

}  // namespace
}  // namespace wallet
