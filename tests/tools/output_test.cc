#include "tools/walletctl/output.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace wallet {
namespace {

using client::Code;

client::Transaction Of(int64_t id, int64_t amount, std::string type, std::string key) {
  client::Transaction transaction;
  transaction.id = id;
  transaction.user_id = 7;
  transaction.currency = "USD";
  transaction.type = std::move(type);
  transaction.amount = amount;
  transaction.idempotency_key = std::move(key);
  transaction.created_at = transaction.updated_at = Instant(1'700'000'000'000'000);
  return transaction;
}

client::Transaction Withdrawal() {
  client::Transaction transaction = Of(2, -1000, "withdraw", "w-1");
  transaction.status = "pending";
  transaction.substatus = "review";
  transaction.reference = "w-abcdefgh-7-2";
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

// Everything that one may have.
client::Transaction Charge() {
  client::Transaction transaction = Of(3, 500, "charge", "c-1");
  transaction.status = "completed";
  transaction.substatus = "completed";
  transaction.destination = "DE89";
  transaction.description = "shoes";
  transaction.related_id = 2;
  transaction.release_at = Instant(1'700'000'001'000'000);
  transaction.failure_code = "closed";
  transaction.failure_message = "account closed";
  return transaction;
}

TEST(OutputTest, AWriteIsItsTransactionAndTheBalanceBehindIt) {
  client::WriteAnswer answer;
  EXPECT_EQ(TextOf(answer), "");
  EXPECT_EQ(JsonOf(answer), R"({"replayed":false})");
  answer.transaction = Charge();
  answer.balance = client::Balance{"USD", 500, 100, 300, 100};
  answer.replayed = true;
  answer.position = "abcdefgh-1f";
  EXPECT_EQ(TextOf(answer),
            "already done by an earlier try of this call; nothing was done twice\n"
            "transaction  3\n"
            "user         7\n"
            "type         charge\n"
            "amount       500 USD minor units\n"
            "status       completed\n"
            "key          c-1\n"
            "destination  DE89\n"
            "description  shoes\n"
            "created      2023-11-14T22:13:20Z\n"
            "updated      2023-11-14T22:13:20Z\n"
            "release      2023-11-14T22:13:21Z\n"
            "failure      closed\n"
            "why          account closed\n"
            "\n"
            "currency  total  withdrawable  unreleased  held\n"
            "USD         500           100         300   100\n");
  EXPECT_EQ(JsonOf(answer),
            R"({"replayed":true,"transaction":{"id":3,"user_id":7,"currency":"USD",)"
            R"("type":"charge","amount":500,"status":"completed","substatus":"completed",)"
            R"("idempotency_key":"c-1","destination":"DE89","description":"shoes",)"
            R"("related_id":2,"created_at":"2023-11-14T22:13:20Z",)"
            R"("updated_at":"2023-11-14T22:13:20Z","release_at":"2023-11-14T22:13:21Z",)"
            R"("failure_code":"closed","failure_message":"account closed"},)"
            R"("balance":{"total":500,"withdrawable":100,"unreleased":300,"held":100,)"
            R"("currency":"USD"},"position":"abcdefgh-1f"})");
}

TEST(OutputTest, ATransactionAloneIsItsRows) {
  client::TransactionAnswer answer;
  answer.transaction = Withdrawal();
  EXPECT_EQ(TextOf(answer).find("transaction  2\n"), 0u);
  EXPECT_NE(TextOf(answer).find("status       pending (review)\n"), std::string::npos);
  EXPECT_EQ(JsonOf(answer).find(R"({"id":2,)"), 0u);
}

TEST(OutputTest, ABalanceShowsItsInstantAndReleasesIfTheyWereAsked) {
  client::BalanceAnswer answer;
  answer.balance = client::Balance{"USD", 5, 1, 4, 0};
  const std::string table =
      "currency  total  withdrawable  unreleased  held\n"
      "USD           5             1           4     0\n";
  const std::string json =
      R"({"total":5,"withdrawable":1,"unreleased":4,"held":0,"currency":"USD")";
  EXPECT_EQ(TextOf(answer), table);
  EXPECT_EQ(JsonOf(answer), json + "}");
  answer.at = Instant(1'700'000'000'000'000);
  answer.schedule = {{Instant(1'700'000'001'000'000), 4}};
  EXPECT_EQ(TextOf(answer), table +
                                "\nat 2023-11-14T22:13:20Z\n"
                                "\n"
                                "release               amount\n"
                                "2023-11-14T22:13:21Z       4\n");
  EXPECT_EQ(JsonOf(answer),
            json + R"(,"at":"2023-11-14T22:13:20Z",)" +
                R"("schedule":[{"release_at":"2023-11-14T22:13:21Z","amount":4}]})");
}

TEST(OutputTest, APageSaysHowManyThereAreAndWhereToGoOn) {
  client::PageAnswer page;
  page.transactions = {Charge(), Withdrawal()};
  page.total = 9;
  const std::string table =
      "id  created               type      amount  currency  status            release             "
      " "
      " key\n"
      " 3  2023-11-14T22:13:20Z  charge       500  USD       completed         "
      "2023-11-14T22:13:21Z "
      " c-1\n"
      " 2  2023-11-14T22:13:20Z  withdraw   -1000  USD       pending (review)  -                   "
      " "
      " w-1\n"
      "\n";
  EXPECT_EQ(TextOf(page), table + "2 of 9 transactions\n");
  page.next = 2;
  EXPECT_EQ(TextOf(page), table + "2 of 9 transactions; next 2\n");
  const std::string json = JsonOf(page);
  EXPECT_EQ(json.substr(json.find("],")), R"(],"total":9,"next":2})");
}

TEST(OutputTest, AnAgeIsInTheUnitThatSaysMost) {
  const std::pair<int64_t, std::string> ages[] = {
      {-5, "0 s"},    {119, "119 s"},    {120, "2 min"},  {7'199, "119 min"},
      {7'200, "2 h"}, {172'799, "47 h"}, {172'800, "2 d"}};
  for (const auto& [seconds, text] : ages) {
    client::PageAnswer page;
    page.transactions.push_back(Withdrawal());
    page.transactions[0].destination = "DE89";
    const std::string shown =
        WithdrawalsText(page, Instant(1'700'000'000'000'000 + seconds * kMicrosPerSecond));
    EXPECT_NE(shown.find("  " + text + "  "), std::string::npos) << shown;
    EXPECT_NE(shown.find("DE89"), std::string::npos);
  }
}

TEST(OutputTest, HealthSaysThatASimulatedBankMovesNoMoneyAndThatOneIsPaused) {
  client::HealthAnswer health;
  health.status = "ok";
  health.version = "1.0";
  health.epoch = "abcdefgh";
  health.bank = "sim";
  health.queue_length = 3;
  health.queue_capacity = 150;
  health.by_substatus = {{"queued", 3}, {"review", 1}};
  health.position = "abcdefgh-1f";
  health.uptime_s = 60;
  EXPECT_EQ(TextOf(health),
            "status      ok\n"
            "version     1.0\n"
            "epoch       abcdefgh\n"
            "bank        sim (SIMULATED: no real money moves)\n"
            "bank queue  3 waiting, 150 places\n"
            "queued      3\n"
            "review      1\n"
            "position    abcdefgh-1f\n"
            "uptime      60 s\n");
  EXPECT_EQ(JsonOf(health),
            R"({"status":"ok","version":"1.0","epoch":"abcdefgh","bank":"sim",)"
            R"("bank_paused":false,"queue_length":3,"queue_capacity":150,)"
            R"("withdrawals":{"queued":3,"review":1},"position":"abcdefgh-1f","uptime_s":60,)"
            R"("rate_limited":0})");
  health.rate_limited = 7;
  EXPECT_NE(TextOf(health).find("rate limited  7 operations\n"), std::string::npos);
  EXPECT_NE(JsonOf(health).find(R"("rate_limited":7)"), std::string::npos);
  health.bank = "first-bank";
  health.bank_paused = true;
  EXPECT_NE(TextOf(health).find("bank          first-bank\n"), std::string::npos);
  EXPECT_NE(TextOf(health).find("PAUSED after a restore"), std::string::npos);
}

TEST(OutputTest, AChangeIsALineOfJson) {
  client::ChangesAnswer page;
  page.changes.push_back({"abcdefgh-1f", Withdrawal()});
  page.changes.push_back({"abcdefgh-20", Charge()});
  const std::string lines = JsonLinesOf(page);
  EXPECT_EQ(lines.find(R"({"position":"abcdefgh-1f","transaction":{"id":2,)"), 0u);
  EXPECT_NE(lines.find("}}\n"
                       R"({"position":"abcdefgh-20","transaction":{"id":3,)"),
            std::string::npos);
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
