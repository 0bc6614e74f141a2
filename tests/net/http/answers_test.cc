// The JSON of every answer, byte for byte as the contract shows it.
#include "net/http/answers.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/net/http/request_lines.h"
#include "tests/net/http/sample_results.h"

namespace wallet {
namespace {

constexpr const char* kBalance =
    R"({"total":10000,"withdrawable":7000,"unreleased":2000,"held":1000,"currency":"USD"})";
constexpr const char* kCharge =
    R"({"id":1,"user_id":123,"currency":"USD","type":"charge","amount":5000,"status":"completed",)"
    R"("idempotency_key":"charge-2024-001","created_at":"2024-01-10T10:00:00Z",)"
    R"("updated_at":"2024-01-10T10:00:00Z"})";
constexpr const char* kPending =
    R"({"id":2,"user_id":123,"currency":"USD","type":"withdraw","amount":-1000,)"
    R"("status":"pending","substatus":"queued","idempotency_key":"withdraw-2024-001",)"
    R"("reference":"w-k3v7qm2a-123-2","created_at":"2024-01-10T10:00:00Z",)"
    R"("updated_at":"2024-01-10T10:00:00Z"})";

Call CallOf(CallKind kind) {
  Call call;
  call.kind = kind;
  return call;
}

// The body of a 200.
std::string Ok(const Call& call, const Result& result) {
  const HttpReply reply = AnswerCall(call, result, kEpoch);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.retry_after_s, 0);
  EXPECT_EQ(reply.allow, "");
  return reply.body;
}

std::string TransactionJson(const Transaction& transaction) {
  Result result;
  result.set_transaction(transaction);
  return Ok(CallOf(CallKind::kTransaction), result);
}

TEST(AnswersTest, ACharge) {
  EXPECT_EQ(Ok(CallOf(CallKind::kCharge), SampleResult(SampleCharge())),
            std::string(R"({"message":"charged","idempotency_key":"charge-2024-001",)") +
                R"("transaction":)" + kCharge + R"(,"balance":)" + kBalance +
                R"(,"position":"k3v7qm2a-1f4"})" + "\n");
}

TEST(AnswersTest, AWithdrawal) {
  EXPECT_EQ(Ok(CallOf(CallKind::kWithdraw), SampleResult(SampleWithdrawal(Substatus::kQueued))),
            std::string(R"({"message":"withdrawal request submitted",)") +
                R"("idempotency_key":"withdraw-2024-001","status":"pending","transaction":)" +
                kPending + R"(,"balance":)" + kBalance + R"(,"position":"k3v7qm2a-1f4"})" + "\n");
}

TEST(AnswersTest, AnOperatorsDecision) {
  const std::string body =
      Ok(CallOf(CallKind::kResolve), SampleResult(SampleWithdrawal(Substatus::kCompleted)));
  EXPECT_TRUE(
      body.starts_with(R"({"message":"withdrawal resolved","idempotency_key":"withdraw-2024-001",)"
                       R"("status":"completed","transaction":{"id":2,)"))
      << body;
  EXPECT_TRUE(body.ends_with(std::string(R"(,"balance":)") + kBalance +
                             R"(,"position":"k3v7qm2a-1f4"})" + "\n"))
      << body;
}

TEST(AnswersTest, ABalance) {
  const Result result = SampleResult(SampleCharge());
  EXPECT_EQ(Ok(CallOf(CallKind::kBalance), result),
            R"({"total":10000,"withdrawable":7000,"unreleased":2000,"held":1000,"currency":"USD",)"
            R"("position":"k3v7qm2a-1f4"})"
            "\n");
}

TEST(AnswersTest, ATransactionLeavesOutWhatIsAbsent) {
  EXPECT_EQ(TransactionJson(SampleCharge()), std::string(kCharge) + "\n");
}

TEST(AnswersTest, ATransactionWithAllItHas) {
  Transaction transaction = SampleWithdrawal(Substatus::kFailed);
  transaction.destination = "IBAN \"1\"";
  transaction.description = "d\u00e9";
  transaction.related_id = TransactionId(1);
  transaction.updated_at = Instant(kCreated.value() + 1);
  transaction.release_at = kRelease;
  transaction.failure_code = "declined";
  transaction.failure_message = "no such account";
  EXPECT_EQ(TransactionJson(transaction),
            R"({"id":2,"user_id":123,"currency":"USD","type":"withdraw","amount":-1000,)"
            R"("status":"failed","substatus":"failed","idempotency_key":"withdraw-2024-001",)"
            R"("reference":"w-k3v7qm2a-123-2","destination":"IBAN \"1\"","description":"dé",)"
            R"("related_id":1,"created_at":"2024-01-10T10:00:00Z",)"
            R"("updated_at":"2024-01-10T10:00:00.000001Z","release_at":"2024-01-15T12:00:00Z",)"
            R"("failure_code":"declined","failure_message":"no such account"})"
            "\n");
}

TEST(AnswersTest, AnEmptyTextIsNotAnAbsentOne) {
  Transaction transaction = SampleCharge();
  transaction.description = "";
  EXPECT_NE(TransactionJson(transaction).find(R"("description":"")"), std::string::npos);
}

TEST(AnswersTest, NumbersAreExactTo64Bits) {
  Transaction transaction = SampleCharge();
  transaction.user = UserId(INT64_MAX);
  transaction.id = TransactionId(9007199254740993);
  transaction.amount = Amount(INT64_MIN);
  const std::string body = TransactionJson(transaction);
  EXPECT_NE(body.find(R"("user_id":9223372036854775807,)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"({"id":9007199254740993,)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("amount":-9223372036854775808,)"), std::string::npos) << body;
}

TEST(AnswersTest, AWithdrawalIsPendingUntilItHasEnded) {
  for (int i = 1; i < kSubstatusCount; ++i) {
    const auto substatus = static_cast<Substatus>(i);
    const bool ended = substatus == Substatus::kCompleted || substatus == Substatus::kFailed;
    const std::string name(ToString(substatus));
    EXPECT_NE(
        TransactionJson(SampleWithdrawal(substatus))
            .find("\"status\":\"" + (ended ? name : "pending") + "\",\"substatus\":\"" + name),
        std::string::npos)
        << name;
  }
}

// A list as `target` asks for it, of one charge and one withdrawal of 45.
std::string List(const char* target, std::optional<int64_t> next) {
  Result result;
  result.page = std::make_unique<Page>();
  result.page->transactions = {SampleWithdrawal(Substatus::kQueued), SampleCharge()};
  result.page->total = 45;
  result.page->next = next;
  return Ok(ReadGet(target), result);
}

const std::string kRows = std::string("[") + kPending + "," + kCharge + "]";

TEST(AnswersTest, APageOfTransactions) {
  EXPECT_EQ(List("/transactions?user_id=123&page=2&limit=2", 3),
            R"({"transactions":)" + kRows + R"(,"total":45,"page":2,"limit":2,"next":3})" + "\n");
}

TEST(AnswersTest, AListFromAnIdHasNoPage) {
  for (const char* target :
       {"/transactions?user_id=123&before_id=3", "/transactions?user_id=123&after_id=0"}) {
    EXPECT_EQ(List(target, 9),
              R"({"transactions":)" + kRows + R"(,"total":45,"limit":10,"next":9})" + "\n");
  }
}

TEST(AnswersTest, NextIsNullAtTheEnd) {
  EXPECT_EQ(
      List("/transactions?user_id=123", std::nullopt),
      R"({"transactions":)" + kRows + R"(,"total":45,"page":1,"limit":10,"next":null})" + "\n");
}

TEST(AnswersTest, AnEmptyListIsAListStill) {
  Result result;
  result.page = std::make_unique<Page>();
  EXPECT_EQ(Ok(ReadGet("/transactions?user_id=123"), result),
            R"({"transactions":[],"total":0,"page":1,"limit":10,"next":null})"
            "\n");
}

TEST(AnswersTest, OpenWithdrawals) {
  EXPECT_EQ(List("/withdrawals", std::nullopt),
            R"({"withdrawals":)" + kRows + R"(,"total":45})" + "\n");
}

TEST(AnswersTest, APageLargerThanTheScratchMemoryComesWhole) {
  Result result;
  result.page = std::make_unique<Page>();
  const std::string description(255, 'd');
  Transaction transaction = SampleCharge();
  transaction.description = description;
  result.page->transactions.assign(1'000, transaction);
  const std::string one = TransactionJson(transaction);
  std::string rows = one.substr(0, one.size() - 1);
  for (int i = 1; i < 1'000; ++i) rows += "," + one.substr(0, one.size() - 1);
  EXPECT_EQ(Ok(ReadGet("/transactions?user_id=123&limit=1000"), result),
            R"({"transactions":[)" + rows +
                R"(],"total":0,"page":1,"limit":1000,"next":null})"
                "\n");
}

TEST(AnswersTest, ABalanceInTime) {
  Result result = SampleResult(SampleCharge());
  result.balance_details = std::make_unique<BalanceDetails>(BalanceDetails{.at = kCreated});
  const std::string balance = std::string(kBalance).substr(0, std::string(kBalance).size() - 1) +
                              R"(,"at":"2024-01-10T10:00:00Z")";
  EXPECT_EQ(Ok(CallOf(CallKind::kBalance), result),
            balance + R"(,"position":"k3v7qm2a-1f4"})" + "\n");
  result.balance_details->schedule.emplace();
  EXPECT_EQ(Ok(CallOf(CallKind::kBalance), result),
            balance + R"(,"schedule":[],"position":"k3v7qm2a-1f4"})" + "\n");
  result.balance_details->schedule->push_back({kRelease, Amount(2000)});
  EXPECT_EQ(Ok(CallOf(CallKind::kBalance), result),
            balance + R"(,"schedule":[{"release_at":"2024-01-15T12:00:00Z","amount":2000}],)" +
                R"("position":"k3v7qm2a-1f4"})" + "\n");
}

TEST(AnswersTest, Changes) {
  Result result;
  result.position = Position(500);
  result.changes = std::make_unique<ChangesPage>();
  result.changes->next = Position(0);
  result.changes->end = Position(0);
  EXPECT_EQ(Ok(CallOf(CallKind::kChanges), result),
            R"({"changes":[],"next":"k3v7qm2a-0","end":"k3v7qm2a-0"})"
            "\n");
  result.changes->changes = {{Position(498), SampleCharge()},
                             {Position(499), SampleWithdrawal(Substatus::kQueued)}};
  result.changes->next = Position(499);
  result.changes->end = Position(500);
  EXPECT_EQ(Ok(CallOf(CallKind::kChanges), result),
            std::string(R"({"changes":[{"position":"k3v7qm2a-1f2","transaction":)") + kCharge +
                R"(},{"position":"k3v7qm2a-1f3","transaction":)" + kPending +
                R"(}],"next":"k3v7qm2a-1f3","end":"k3v7qm2a-1f4"})" + "\n");
}

TEST(AnswersTest, APositionThatIsTooOldSaysWhereToGoOn) {
  Result result;
  result.outcome = Outcome::kPositionTooOld;
  result.field = "after";
  result.position = Position(500);
  const HttpReply reply = AnswerCall(CallOf(CallKind::kChanges), result, kEpoch);
  EXPECT_EQ(reply.status, 410);
  EXPECT_TRUE(reply.body.starts_with(R"({"error":{"code":"position_too_old","message":")"));
  EXPECT_TRUE(reply.body.ends_with(R"(,"field":"after"},"position":"k3v7qm2a-1f4"})"
                                   "\n"))
      << reply.body;
}

}  // namespace
}  // namespace wallet
