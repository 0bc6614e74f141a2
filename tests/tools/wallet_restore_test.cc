// wallet-restore as an operator meets it: on the directory of a real walletd, and back to one.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/restore/restore.h"
#include "net/client/client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"
#include "tools/wallet-restore/options.h"
#include "tools/wallet-restore/report.h"

namespace wallet {
namespace {

namespace json = boost::json;

class WalletRestoreTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return temporary_.path() + "/" + name; }

  static std::unique_ptr<client::Client> Connect(const Walletd& server) {
    return client::Client::Create({.address = server.binary()});
  }
  Finished Restore(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WALLET_RESTORE_PATH);
    return RunToEnd(std::move(arguments));
  }
  bool Exists(const std::string& name) const { return std::filesystem::exists(Path(name)); }

  TempDir temporary_;
};

client::Charge ChargeOf(const std::string& key) {
  return {.user_id = 7, .amount = 100, .idempotency_key = key};
}

TEST_F(WalletRestoreTest, AMomentOfARunningLedgerIsServedAgain) {
  std::string moment, old_epoch, reference;
  {
    auto server =
        Walletd::Start(Path("data"), {"--bank-sim-latency", "30m", "--bank-timeout", "1h"});
    ASSERT_TRUE(server.ok()) << server.status();
    const auto client = Connect(**server);
    ASSERT_TRUE(client->Do(ChargeOf("before")).ok());
    const auto withdrawn =
        client->Do(client::Withdraw{.user_id = 7, .amount = 30, .idempotency_key = "w"});
    ASSERT_TRUE(withdrawn.ok());
    reference = withdrawn.transaction->reference;
    ASSERT_TRUE((*server)->Eventually(
        [&] { return client->GetTransaction(7, 2).transaction->substatus == "dispatching"; }));
    moment = client->GetHealth().position;
    old_epoch = client->GetHealth().epoch;
    ASSERT_TRUE(client->Do(ChargeOf("after")).ok());
    EXPECT_EQ(client->GetBalance(7).balance.total, 200);
    (*server)->Kill();
  }

  const Finished dry =
      Restore({"--from", Path("data"), "--until", moment, "--to", Path("restored"), "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.error;
  EXPECT_NE(dry.out.find("nothing was written"), std::string::npos) << dry.out;
  EXPECT_FALSE(Exists("restored"));

  const Finished done =
      Restore({"--from", Path("data"), "--until", moment, "--to", Path("restored"), "--json"});
  ASSERT_EQ(done.code, 0) << done.error;
  const json::object report = json::parse(done.out).as_object();
  EXPECT_EQ(report.at("position").to_number<int64_t>(), 3);
  EXPECT_EQ(report.at("last_position").to_number<int64_t>(), 4);
  EXPECT_EQ(report.at("from_epoch").as_string(), old_epoch);
  EXPECT_EQ(report.at("accounts").to_number<int64_t>(), 1);
  EXPECT_EQ(report.at("transactions").to_number<int64_t>(), 2);
  EXPECT_EQ(report.at("open_withdrawals").to_number<int64_t>(), 1);
  EXPECT_FALSE(Exists("restored.tmp"));

  {
    auto server = Walletd::Start(Path("restored"), {"--bank-sim-latency", "0ms"});
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_NE((*server)->Logged().find("PAUSED since the restore"), std::string::npos);
    const auto client = Connect(**server);
    EXPECT_EQ(client->GetHealth().status, "degraded");
    EXPECT_TRUE(client->GetHealth().bank_paused);
    EXPECT_EQ(client->GetHealth().epoch, report.at("epoch").as_string());
    EXPECT_EQ(client->GetBalance(7).balance.total, 100);
    EXPECT_EQ(client->GetBalance(7).balance.held, 30);
    EXPECT_EQ(client::ToString(client->Do(ChargeOf("before")).code), "duplicate_request");
    EXPECT_TRUE(client->Do(ChargeOf("after")).ok());  // its key is gone
    EXPECT_EQ(client->GetTransaction(7, 2).transaction->reference, reference);
    EXPECT_TRUE(
        client->Do(client::Withdraw{.user_id = 7, .amount = 5, .idempotency_key = "new"}).ok());
    (*server)->Kill();
  }

  auto server = Walletd::Start(
      Path("restored"), {"--resume-bank", "--bank-sim-latency", "0ms", "--bank-backoff", "1ms"});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto client = Connect(**server);
  EXPECT_FALSE(client->GetHealth().bank_paused);
  // The bank was never reached: it does not know the old one, which is not sent again.
  EXPECT_TRUE((*server)->Eventually(
      [&] { return client->GetTransaction(7, 2).transaction->substatus == "review"; }));
  EXPECT_TRUE((*server)->Eventually(
      [&] { return client->GetTransaction(7, 4).transaction->status == "completed"; }));
  EXPECT_EQ(ReadWholeFile(Path("restored/bank-sim.book")).find(reference), std::string::npos);
  (*server)->Kill();
}

TEST_F(WalletRestoreTest, WhatTheBankPaidAfterTheMomentIsFoundPaid) {
  std::string moment;
  {
    auto server = Walletd::Start(Path("data"), {"--bank-sim-latency", "0ms"});
    ASSERT_TRUE(server.ok()) << server.status();
    const auto client = Connect(**server);
    ASSERT_TRUE(client->Do(ChargeOf("c")).ok());
    ASSERT_TRUE(
        client->Do(client::Withdraw{.user_id = 7, .amount = 30, .idempotency_key = "w"}).ok());
    ASSERT_TRUE((*server)->Eventually(
        [&] { return client->GetTransaction(7, 2).transaction->status == "completed"; }));
    (*server)->Kill();
  }
  // To where it was only queued.
  const Finished done = Restore({"--from", Path("data"), "--until", "2", "--to", Path("restored")});
  ASSERT_EQ(done.code, 0) << done.error;
  EXPECT_NE(done.out.find("1 that the bank will be asked about"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("--resume-bank"), std::string::npos) << done.out;
  auto server = Walletd::Start(Path("restored"), {"--resume-bank", "--bank-sim-latency", "0ms"});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto client = Connect(**server);
  EXPECT_TRUE((*server)->Eventually(
      [&] { return client->GetTransaction(7, 2).transaction->status == "completed"; }));
  EXPECT_EQ(client->GetBalance(7).balance.total, 70);
  const std::string book = ReadWholeFile(Path("restored/bank-sim.book"));
  EXPECT_EQ(book.find("paid"), book.rfind("paid")) << book;  // once
  (*server)->Kill();
}

TEST_F(WalletRestoreTest, WrongInputIsAnsweredWithWhatToDo) {
  auto server = Walletd::Start(Path("data"), {});
  ASSERT_TRUE(server.ok()) << server.status();
  std::filesystem::create_directories(Path("taken/mine"));
  struct Case {
    std::vector<std::string> arguments;
    int code;
    std::string says;
  };
  const std::vector<Case> cases = {
      {{"--from", Path("data")}, 2, "--to is required"},
      {{"--from", Path("data"), "--to", Path("new"), "--until", "yesterday"},
       2,
       "neither a position, such as 81234567, nor a time"},
      {{"--from", Path("nowhere"), "--to", Path("new")}, 4, "Check --from"},
      {{"--from", Path("data"), "--to", Path("taken")}, 2, "taken"},
      {{"--from", Path("data"), "--to", Path("no/where")}, 2, "does not exist"},
      {{"--from", Path("data"), "--to", Path("new")}, 3, "in use by a walletd"},
  };
  for (const Case& each : cases) {
    const Finished finished = Restore(each.arguments);
    EXPECT_EQ(finished.code, each.code) << finished.error;
    EXPECT_NE(finished.error.find(each.says), std::string::npos) << finished.error;
    EXPECT_EQ(finished.out, "");
  }
  (*server)->Kill();
  for (const auto& [until, code, says] :
       {std::tuple("999", 4, "beyond the last one"), std::tuple("aaaaaaaa-1", 2, "life")}) {
    const Finished finished =
        Restore({"--from", Path("data"), "--to", Path("new"), "--until", until});
    EXPECT_EQ(finished.code, code) << finished.error;
    EXPECT_NE(finished.error.find(says), std::string::npos) << finished.error;
  }
  EXPECT_FALSE(Exists("new"));
  EXPECT_FALSE(Exists("new.tmp"));
}

TEST_F(WalletRestoreTest, AnInterruptLeavesAllOrNothing) {
  {
    auto server = Walletd::Start(Path("data"), {});
    ASSERT_TRUE(server.ok()) << server.status();
    const auto client = Connect(**server);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(client->Do(ChargeOf(std::to_string(i))).ok());
    (*server)->Kill();
  }
  auto restore = Process::Start(
      {.arguments = {WALLET_RESTORE_PATH, "--from", Path("data"), "--to", Path("restored")},
       .error_path = Path("errors")});
  ASSERT_TRUE(restore.ok()) << restore.status();
  while (ReadWholeFile(Path("errors")).find("Restoring") == std::string::npos) {
    if ((*restore)->AwaitExit(std::chrono::milliseconds(1))) break;
  }
  (*restore)->Signal(SIGINT);
  const auto code = (*restore)->AwaitExit(kPatience);
  EXPECT_TRUE(code == 130 || code == 0) << code.value_or(-1) << ReadWholeFile(Path("errors"));
  EXPECT_EQ(Exists("restored"), code == 0);
  EXPECT_FALSE(Exists("restored.tmp"));
}

TEST(RestoreOptionsTest, AMomentIsAPositionATokenOrATime) {
  EXPECT_EQ(ParseUntil("81234567")->position, Position(81'234'567));
  const auto token = ParseUntil("k3v7qm2a-1f4");
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->position, Position(500));
  EXPECT_EQ(token->epoch, Epoch::Parse("k3v7qm2a"));
  EXPECT_EQ(ParseUntil("2026-11-27T19:30:00+01:00")->instant, ParseRfc3339("2026-11-27T18:30:00Z"));
  for (const char* text : {"", "-1", "1.5", "99999999999999999999", "2026-11-27", "now"}) {
    EXPECT_FALSE(ParseUntil(text).has_value()) << text;
  }
}

TEST(RestoreReportTest, ItSaysWhatIsGoneAndWhatToDoNext) {
  RestoreReport report{.position = Position(90), .last = Position(100), .open_withdrawals = 2};
  report.needs_accept_clock = true;
  report.notes = {"something happened."};
  const std::string text = RestoreText({.to = "new"}, report);
  for (const char* part : {"writes and keys after position 90: 10 events, up to position 100",
                           "walletd --data-dir new --accept-clock --resume-bank",
                           "NOTE: something happened.", "copy bank-sim.book"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  report.last = report.position;
  EXPECT_NE(RestoreText({.to = "new"}, report).find("nothing that the source holds"),
            std::string::npos);
}

}  // namespace
}  // namespace wallet
