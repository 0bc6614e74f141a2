#include "tools/walletctl/output.h"

#include <gtest/gtest.h>

namespace wallet {
namespace {

using client::Code;

client::Transaction Withdrawal() {
  client::Transaction transaction;
  transaction.id = 2;
  transaction.user_id = 7;
  transaction.currency = "USD";
  transaction.type = "withdraw";
  transaction.status = "pending";
  transaction.substatus = "review";
  transaction.amount = -1000;
  transaction.idempotency_key = "w-1";
  transaction.reference = "w-abcdefgh-7-2";
  transaction.created_at = Instant(1'700'000'000'000'000);
  transaction.updated_at = transaction.created_at;
  return transaction;
}

TEST(OutputTest, NumbersStandToTheRightAndTextsToTheLeft) {
  EXPECT_EQ(Table({{"user", "name"}, {"5", "ä"}, {"123", "bc"}}),
            "user  name\n"
            "   5  ä\n"
            " 123  bc\n");
}

TEST(OutputTest, ATableWithoutRowsIsItsHeading) {
  EXPECT_EQ(Table({{"user", "name"}}), "user  name\n");
}

TEST(OutputTest, AWithdrawalShowsItsAgeAndWhereItStands) {
  client::PageAnswer page;
  page.transactions.push_back(Withdrawal());
  page.total = 1;
  EXPECT_EQ(WithdrawalsText(page, Instant(1'700'000'300'000'000)),
            "user  id  amount  currency  substatus  age    destination  reference\n"
            "   7   2    1000  USD       review     5 min  -            w-abcdefgh-7-2\n"
            "\n1 of 1 pending withdrawals, oldest first\n");
}

TEST(OutputTest, JsonLeavesOutWhatIsAbsentAndEndsPagesWithNull) {
  client::PageAnswer page;
  page.transactions.push_back(Withdrawal());
  page.total = 1;
  EXPECT_EQ(JsonOf(page),
            R"({"transactions":[{"id":2,"user_id":7,"currency":"USD","type":"withdraw",)"
            R"("amount":-1000,"status":"pending","substatus":"review","idempotency_key":"w-1",)"
            R"("reference":"w-abcdefgh-7-2","created_at":"2023-11-14T22:13:20Z",)"
            R"("updated_at":"2023-11-14T22:13:20Z"}],"total":1,"next":null})");
}

TEST(OutputTest, ADuplicateIsShownWithItsOriginal) {
  client::WriteAnswer answer;
  answer.code = Code::kDuplicateRequest;
  answer.message = "done before";
  answer.transaction = Withdrawal();
  const std::string json = JsonOf(answer);
  EXPECT_NE(json.find(R"("error":{"code":"duplicate_request","message":"done before"})"),
            std::string::npos);
  EXPECT_NE(json.find(R"("transaction":{"id":2)"), std::string::npos);
}

TEST(OutputTest, ARefusalIsItsCodeMessageAndField) {
  client::Answer answer{.code = Code::kInvalidField, .field = "amount", .message = "too small"};
  EXPECT_EQ(ErrorJson(answer),
            R"({"error":{"code":"invalid_field","message":"too small","field":"amount"}})");
}

TEST(OutputTest, ChangesGoOnWithoutAHeading) {
  client::ChangesAnswer page;
  page.changes.push_back({"abcdefgh-1f", Withdrawal()});
  EXPECT_EQ(ChangesText(page, /*heading=*/true),
            "position     updated               user  id  type      amount  currency  status       "
            "     key\n"
            "abcdefgh-1f  2023-11-14T22:13:20Z     7   2  withdraw   -1000  USD       pending "
            "(review)  w-1\n");
  EXPECT_EQ(ChangesText(page, /*heading=*/false),
            "abcdefgh-1f  2023-11-14T22:13:20Z     7   2  withdraw   -1000  USD       pending "
            "(review)  w-1\n");
  EXPECT_EQ(ChangesText({}, /*heading=*/true),
            "position  updated  user  id  type  amount  currency  status  key\n");
  EXPECT_EQ(JsonLinesOf({}), "");
}

}  // namespace
}  // namespace wallet
