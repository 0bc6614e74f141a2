// Refusals and health: the status, the words, and what comes with them.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "net/http/answers.h"
#include "tests/net/http/sample_results.h"

namespace wallet {
namespace {

// The contract's table.
constexpr std::pair<Outcome, int> kStatuses[] = {
    {Outcome::kOk, 200},
    {Outcome::kMalformedRequest, 400},
    {Outcome::kNotFound, 404},
    {Outcome::kMethodNotAllowed, 405},
    {Outcome::kUnsupportedMediaType, 415},
    {Outcome::kBodyTooLarge, 413},
    {Outcome::kMissingField, 400},
    {Outcome::kInvalidField, 400},
    {Outcome::kUnknownField, 400},
    {Outcome::kShuttingDown, 503},
    {Outcome::kOverloaded, 503},
    {Outcome::kRateLimited, 429},
    {Outcome::kDuplicateRequest, 409},
    {Outcome::kIdempotencyKeyReused, 409},
    {Outcome::kAmountOutOfRange, 400},
    {Outcome::kInsufficientBalance, 400},
    {Outcome::kStorageFull, 503},
    {Outcome::kQueueFull, 503},
    {Outcome::kTransactionNotFound, 404},
    {Outcome::kIllegalTransition, 409},
    {Outcome::kOutcomeUnknown, 504},
    {Outcome::kInternal, 500},
};

Result Refused(Outcome outcome) {
  Result result = SampleResult(SampleCharge());
  result.outcome = outcome;
  return result;
}

Call WriteCall() {
  Call call;
  call.kind = CallKind::kCharge;
  return call;
}

TEST(AnswerErrorsTest, EveryOutcomeHasItsStatus) {
  for (const auto& [outcome, status] : kStatuses) {
    EXPECT_EQ(StatusFor(outcome), status) << Code(outcome);
  }
}

TEST(AnswerErrorsTest, EveryRefusalSaysItsCodeWhatToDoAndWhenToComeBack) {
  for (const auto& [outcome, status] : kStatuses) {
    if (outcome == Outcome::kOk) continue;
    const std::string error = "{\"error\":{\"code\":\"" + std::string(Code(outcome)) +
                              "\",\"message\":\"" + std::string(DefaultMessage(outcome)) + "\"}";
    const bool again = status == 429 || status == 503;
    for (const HttpReply& reply :
         {AnswerRefusal(outcome), AnswerCall(WriteCall(), Refused(outcome), kEpoch)}) {
      EXPECT_EQ(reply.status, status) << error;
      EXPECT_TRUE(reply.body.starts_with(error)) << reply.body << error;
      EXPECT_EQ(reply.retry_after_s >= 1, again) << error;
      EXPECT_EQ(reply.body.back(), '\n') << error;
    }
  }
}

TEST(AnswerErrorsTest, ARefusalCarriesNothingOfTheLedger) {
  for (const auto& [outcome, status] : kStatuses) {
    if (outcome == Outcome::kOk || outcome == Outcome::kDuplicateRequest) continue;
    EXPECT_EQ(AnswerCall(WriteCall(), Refused(outcome), kEpoch).body, AnswerRefusal(outcome).body);
  }
}

TEST(AnswerErrorsTest, ADuplicateCarriesTheOriginalAsItIsNow) {
  Result result = SampleResult(SampleWithdrawal(Substatus::kFailed));
  result.outcome = Outcome::kDuplicateRequest;
  result.field = "idempotency_key";
  EXPECT_EQ(
      AnswerCall(WriteCall(), result, kEpoch).body,
      R"({"error":{"code":"duplicate_request","message":"This request was done before; here is its )"
      R"(transaction as it is now. Nothing was done again.","field":"idempotency_key"},)"
      R"("transaction":{"id":2,"user_id":123,"currency":"USD","type":"withdraw","amount":-1000,)"
      R"("status":"failed","substatus":"failed","idempotency_key":"withdraw-2024-001",)"
      R"("reference":"w-k3v7qm2a-123-2","created_at":"2024-01-10T10:00:00Z",)"
      R"("updated_at":"2024-01-10T10:00:00Z"},"balance":{"total":10000,"withdrawable":7000,)"
      R"("unreleased":2000,"held":1000,"currency":"USD"},"position":"k3v7qm2a-1f4"})"
      "\n");
}

TEST(AnswerErrorsTest, AFieldAndAMessageAreSaidAsTheyAre) {
  EXPECT_EQ(AnswerRefusal({Outcome::kInvalidField, "amount", "Say \"5\"\\."}).body,
            R"({"error":{"code":"invalid_field","message":"Say \"5\"\\.","field":"amount"}})"
            "\n");
  Result result = Refused(Outcome::kInsufficientBalance);
  result.field = "amount";
  result.message = "No.";
  EXPECT_EQ(AnswerCall(WriteCall(), result, kEpoch).body,
            R"({"error":{"code":"insufficient_balance","message":"No.","field":"amount"}})"
            "\n");
}

Health SampleHealth(Condition condition) {
  Health health;
  health.condition = condition;
  health.queue_length = 3;
  health.queue_capacity = 150;
  for (int i = 0; i < kSubstatusCount; ++i) health.by_substatus[i] = 10 + i;
  health.position = Position(500);
  health.uptime_us = 61'999'999;
  health.rate_limited = 9;
  return health;
}

const ServerIdentity kServer{"0.1.0", std::string(kEpoch), "sim", Usd()};

TEST(AnswerHealthTest, SaysHowItIsAndWhatIsOpen) {
  const HttpReply reply = AnswerHealth(SampleHealth(Condition::kOk), kServer);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.retry_after_s, 0);
  EXPECT_EQ(
      reply.body,
      R"({"status":"ok","version":"0.1.0","epoch":"k3v7qm2a","bank":"sim","bank_paused":false,)"
      R"("queue_length":3,)"
      R"("queue_capacity":150,"withdrawals":{"queued":11,"dispatching":12,"unknown":13,)"
      R"("inquiring":14,"review":15},"position":"k3v7qm2a-1f4","uptime_s":61,"rate_limited":9})"
      "\n");
}

TEST(AnswerHealthTest, OnlyWhoIsStoppingIsUnavailable) {
  for (const auto& [condition, status] : {std::pair{Condition::kOk, 200},
                                          {Condition::kDegraded, 200},
                                          {Condition::kReadOnly, 200},
                                          {Condition::kStopping, 503}}) {
    const HttpReply reply = AnswerHealth(SampleHealth(condition), kServer);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.retry_after_s >= 1, status == 503);
    EXPECT_TRUE(reply.body.starts_with("{\"status\":\"" + std::string(ToString(condition)) + "\""))
        << reply.body;
  }
}

}  // namespace
}  // namespace wallet
