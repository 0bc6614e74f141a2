// The contract's calls, as written there, on a running server.

#include <boost/json/serialize.hpp>

#include "tests/e2e/fixture.h"
#include "tests/support/http_client.h"

namespace wallet::e2e {
namespace {

namespace json = boost::json;

std::vector<std::string> Names(const json::value& value) {
  std::vector<std::string> names;
  for (const auto& member : value.as_object()) names.emplace_back(member.key());
  return names;
}

class Calls : public ServerTest {
 protected:
  void SetUp() override {
    Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
    http_ = std::make_unique<HttpClient>(server().http());
  }

  // The answer's body; it must be a 200.
  json::value Ok(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_THAT(answer.Header("content-type"), testing::StartsWith("application/json"));
    if (!answer.body.is_object()) throw std::runtime_error("no object: " + answer.text);
    return answer.body;
  }
  json::value Charge() {
    return Ok(http_->Post("/charge",
                          R"({"user_id":123,"amount":5000,"idempotency_key":"charge-2024-001",)"
                          R"("release_at":"2024-01-15T12:00:00Z"})"));
  }
  json::value Withdraw() {
    return Ok(http_->Post(
        "/withdraw", R"({"user_id":123,"amount":1000,"idempotency_key":"withdraw-2024-001"})"));
  }
  json::value Get(std::string_view target) { return Ok(http_->Get(target)); }

  std::unique_ptr<HttpClient> http_;
};

TEST_F(Calls, ChargeAnswersTheTransactionAndTheBalanceAfterIt) {
  const json::value answer = Charge();
  EXPECT_THAT(Names(answer), testing::UnorderedElementsAre("message", "idempotency_key",
                                                           "transaction", "balance", "position"));
  EXPECT_EQ(answer.at("message"), "charged");
  EXPECT_EQ(answer.at("idempotency_key"), "charge-2024-001");
  EXPECT_NE(answer.at("position").as_string(), "");

  const json::value& transaction = answer.at("transaction");
  EXPECT_THAT(Names(transaction), testing::UnorderedElementsAre(
                                      "id", "user_id", "currency", "type", "amount", "status",
                                      "idempotency_key", "created_at", "updated_at", "release_at"));
  EXPECT_EQ(transaction.at("id"), 1);
  EXPECT_EQ(transaction.at("user_id"), 123);
  EXPECT_EQ(transaction.at("currency"), "USD");
  EXPECT_EQ(transaction.at("type"), "charge");
  EXPECT_EQ(transaction.at("amount"), 5000);
  EXPECT_EQ(transaction.at("status"), "completed");
  EXPECT_EQ(transaction.at("idempotency_key"), "charge-2024-001");
  EXPECT_EQ(transaction.at("release_at"), "2024-01-15T12:00:00Z");
  EXPECT_EQ(transaction.at("created_at"), transaction.at("updated_at"));
  EXPECT_TRUE(ParseRfc3339(transaction.at("created_at").as_string().c_str()));

  EXPECT_EQ(json::serialize(answer.at("balance").at("total")), "5000");
  EXPECT_EQ(answer.at("balance").at("withdrawable"), 5000);
  EXPECT_EQ(answer.at("balance").at("unreleased"), 0);
  EXPECT_EQ(answer.at("balance").at("held"), 0);
  EXPECT_EQ(answer.at("balance").at("currency"), "USD");
}

TEST_F(Calls, WithdrawAnswersPendingAndHoldsTheMoney) {
  Charge();
  const json::value answer = Withdraw();
  EXPECT_THAT(Names(answer), testing::UnorderedElementsAre("message", "idempotency_key", "status",
                                                           "transaction", "balance", "position"));
  EXPECT_EQ(answer.at("message"), "withdrawal request submitted");
  EXPECT_EQ(answer.at("idempotency_key"), "withdraw-2024-001");
  EXPECT_EQ(answer.at("status"), "pending");

  const json::value& transaction = answer.at("transaction");
  EXPECT_EQ(transaction.at("id"), 2);
  EXPECT_EQ(transaction.at("type"), "withdraw");
  EXPECT_EQ(transaction.at("amount"), -1000);
  EXPECT_EQ(transaction.at("status"), "pending");
  EXPECT_EQ(transaction.at("substatus"), "queued");
  const json::value health = Get("/health");
  EXPECT_EQ(transaction.at("reference").as_string(),
            "w-" + std::string(health.at("epoch").as_string()) + "-123-2");
  EXPECT_EQ(answer.at("balance").at("total"), 5000);
  EXPECT_EQ(answer.at("balance").at("withdrawable"), 4000);
  EXPECT_EQ(answer.at("balance").at("held"), 1000);
}

TEST_F(Calls, TextsAndOptionalFieldsComeBackAsGiven) {
  Charge();
  const json::value withdrawn = Ok(http_->Post(
      "/withdraw",
      R"({"user_id":"123","amount":"10","idempotency_key":"schlüssel \"1\" \\ ✓","currency":"USD",)"
      R"("destination":"DE89 3704","description":"für \u00dcbung 😀"})"));
  const json::value& transaction = withdrawn.at("transaction");
  EXPECT_EQ(transaction.at("idempotency_key"), "schlüssel \"1\" \\ ✓");
  EXPECT_EQ(transaction.at("destination"), "DE89 3704");
  EXPECT_EQ(transaction.at("description"), "für Übung 😀");

  const json::value read =
      Get("/transaction?user_id=123&idempotency_key=schl%C3%BCssel%20%221%22%20%5C%20%E2%9C%93");
  EXPECT_EQ(read.at("id"), 2);
  EXPECT_EQ(read.at("description"), "für Übung 😀");
}

TEST_F(Calls, BalanceIsSplit) {
  Ok(http_->Post("/charge", R"({"user_id":123,"amount":8000,"idempotency_key":"a"})"));
  Ok(http_->Post("/charge", R"({"user_id":123,"amount":2000,"idempotency_key":"b",)"
                            R"("release_at":"9999-01-01T00:00:00+02:00"})"));
  const json::value balance = Get("/balance?user_id=123");
  EXPECT_THAT(Names(balance), testing::ElementsAre("total", "withdrawable", "unreleased", "held",
                                                   "currency", "position"));
  EXPECT_EQ(balance.at("total"), 10000);
  EXPECT_EQ(balance.at("withdrawable"), 8000);
  EXPECT_EQ(balance.at("unreleased"), 2000);
  EXPECT_EQ(balance.at("held"), 0);
  EXPECT_EQ(balance.at("currency"), "USD");
  EXPECT_EQ(Get("/transaction?user_id=123&id=2").at("release_at"), "9998-12-31T22:00:00Z");
}

TEST_F(Calls, TransactionsAreNewestFirstWithTotalPageLimitAndNext) {
  for (int i = 1; i <= 12; ++i) {
    Ok(http_->Post("/charge", R"({"user_id":123,"amount":1,"idempotency_key":"k)" +
                                  std::to_string(i) + "\"}"));
  }
  const json::value first = Get("/transactions?user_id=123&page=1&limit=10");
  EXPECT_THAT(Names(first), testing::ElementsAre("transactions", "total", "page", "limit", "next"));
  EXPECT_EQ(first.at("total"), 12);
  EXPECT_EQ(first.at("page"), 1);
  EXPECT_EQ(first.at("limit"), 10);
  EXPECT_EQ(first.at("next"), 2);
  EXPECT_EQ(first.at("transactions").as_array().size(), 10u);
  EXPECT_EQ(first.at("transactions").at(0).at("id"), 12);

  const json::value last = Get("/transactions?user_id=123&page=2");
  EXPECT_EQ(last.at("transactions").as_array().size(), 2u);
  EXPECT_TRUE(last.at("next").is_null());
  EXPECT_TRUE(Get("/transactions?user_id=123&page=3").at("transactions").as_array().empty());
}

TEST_F(Calls, ATransactionIsFoundByIdAndByKeyAlike) {
  const json::value charged = Charge().at("transaction");
  EXPECT_EQ(Get("/transaction?user_id=123&id=1"), charged);
  EXPECT_EQ(Get("/transaction?user_id=123&idempotency_key=charge-2024-001"), charged);
}

TEST_F(Calls, HealthSaysWhatIsGoingOn) {
  Charge();
  Withdraw();
  const json::value health = Get("/health");
  for (const char* name : {"status", "version", "epoch", "bank", "bank_paused", "queue_length",
                           "queue_capacity", "position", "uptime_s"}) {
    EXPECT_TRUE(health.as_object().contains(name)) << name;
  }
  EXPECT_EQ(health.at("status"), "ok");
  EXPECT_EQ(health.at("bank"), "sim");
  EXPECT_EQ(health.at("queue_capacity"), 150);
}

TEST_F(Calls, ADuplicateCarriesTheOriginalAsItIsNow) {
  const json::value charged = Charge();
  Withdraw();
  const HttpAnswer again =
      http_->Post("/charge", R"({"user_id":123,"amount":5000,"idempotency_key":"charge-2024-001",)"
                             R"("release_at":"2024-01-15T13:00:00+01:00"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.ErrorCode(), "duplicate_request");
  EXPECT_EQ(again.body.at("transaction"), charged.at("transaction"));
  EXPECT_EQ(again.body.at("balance").at("held"), 1000);
}

TEST_F(Calls, AnswersAreTheSameAfterAKillAndARestart) {
  Charge();
  Withdraw();
  const json::value charge = Get("/transaction?user_id=123&id=1");
  const json::value withdrawal = Get("/transaction?user_id=123&id=2");
  server().Kill();
  Start({"--bank-sim-latency", "30m", "--bank-timeout", "1h", "--shards", "5"});
  http_ = std::make_unique<HttpClient>(server().http());

  EXPECT_EQ(Get("/transaction?user_id=123&id=1"), charge);
  const json::value balance = Get("/balance?user_id=123");
  EXPECT_EQ(balance.at("total"), 5000);
  EXPECT_EQ(balance.at("held"), 1000);
  const json::value after = Get("/transaction?user_id=123&id=2");
  for (const char* fixed : {"id", "amount", "reference", "created_at", "idempotency_key"}) {
    EXPECT_EQ(after.at(fixed), withdrawal.at(fixed)) << fixed;
  }
}

}  // namespace
}  // namespace wallet::e2e
