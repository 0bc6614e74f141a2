// walletd as an operator meets it: how it starts, refuses to start, and ends.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "engine/directory.h"
#include "net/client/client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace wallet {
namespace {

class WalletdTest : public ::testing::Test {
 protected:
  std::vector<std::string> Command(std::vector<std::string> flags) {
    std::vector<std::string> command = {WALLETD_PATH,  "--data-dir", data_,        "--http",
                                        "127.0.0.1:0", "--listen",   "127.0.0.1:0"};
    command.insert(command.end(), flags.begin(), flags.end());
    return command;
  }
  // Serving; its ready line is in `ready_`.
  std::unique_ptr<Process> Serve(std::vector<std::string> flags = {"--create"}) {
    auto process = Process::Start(
        {.arguments = Command(std::move(flags)), .error_path = temporary_.path() + "/log"});
    EXPECT_TRUE(process.ok()) << process.status();
    ready_ = (*process)->ReadLine().value_or("");
    EXPECT_EQ(ready_.rfind("ready http=127.0.0.1:", 0), 0u) << ready_ << Log();
    return *std::move(process);
  }
  std::unique_ptr<client::Client> Connect() const {
    return client::Client::Create({.address = ready_.substr(ready_.find("binary=") + 7)});
  }
  // Asks again and again; false when the process ended or patience did.
  static bool Eventually(Process& process, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (process.AwaitExit(std::chrono::milliseconds(2))) return false;
      if (std::chrono::steady_clock::now() > deadline) return false;
    }
    return true;
  }
  // Expected to end by itself.
  Finished Run(std::vector<std::string> flags) { return RunToEnd(Command(std::move(flags))); }
  std::string Log() { return ReadWholeFile(temporary_.path() + "/log"); }

  static constexpr int kInUse = 3, kData = 4, kUsage = 2;

  TempDir temporary_;
  const std::string data_ = temporary_.path() + "/data";
  std::string ready_;
};

TEST_F(WalletdTest, NeverStartsOnNothingWithoutBeingToldTo) {
  const Finished finished = Run({});
  EXPECT_EQ(finished.code, kData);
  EXPECT_EQ(finished.out, "");
  EXPECT_NE(finished.error.find("--create"), std::string::npos) << finished.error;
}

TEST_F(WalletdTest, SaysWhenTheLedgerIsNewAndWhenItIsNot) {
  auto first = Serve();
  EXPECT_NE(Log().find("NEW EMPTY LEDGER"), std::string::npos);
  EXPECT_NE(Log().find("SIMULATED"), std::string::npos);
  first->Signal(SIGTERM);
  EXPECT_EQ(first->AwaitExit(kPatience), 0);
  std::filesystem::remove(temporary_.path() + "/log");
  auto second = Serve();
  EXPECT_EQ(Log().find("NEW EMPTY LEDGER"), std::string::npos);
}

TEST_F(WalletdTest, TermAndInterruptEndItInOrder) {
  for (const int number : {SIGTERM, SIGINT}) {
    auto process = Serve();
    process->Signal(number);
    EXPECT_EQ(process->AwaitExit(kPatience), 0);
  }
}

TEST_F(WalletdTest, ASecondSignalEndsItAtOnce) {
  // A bank call that does not end would keep it for its whole grace.
  auto process = Serve({"--create", "--bank-sim-latency", "30m", "--bank-timeout", "1h"});
  const auto client = Connect();
  ASSERT_TRUE(client->Do(client::Charge{.user_id = 7, .amount = 5, .idempotency_key = "c"}).ok());
  ASSERT_TRUE(client->Do(client::Withdraw{.user_id = 7, .amount = 5, .idempotency_key = "w"}).ok());
  ASSERT_TRUE(Eventually(*process, [&] {
    return client->GetTransaction(7, 2).transaction->substatus == "dispatching";
  }));
  process->Signal(SIGTERM);
  ASSERT_TRUE(Eventually(*process, [&] { return Log().find("stopping") != std::string::npos; }));
  process->Signal(SIGINT);
  EXPECT_EQ(process->AwaitExit(kPatience), 128 + SIGINT);

  auto again = Serve({"--bank-sim-latency", "0ms"});
  EXPECT_EQ(Connect()->List(client::ListTransactions{.user_id = 7}).total, 2);
}

TEST_F(WalletdTest, WhatWasAnsweredIsThereAfterAKillOnAnyNumberOfShards) {
  auto process = Serve({"--create", "--shards", "3"});
  for (int64_t user = 1; user <= 50; ++user) {
    const auto answer = Connect()->Do(
        client::Charge{.user_id = user, .amount = user * 100, .idempotency_key = "charge"});
    ASSERT_TRUE(answer.ok()) << client::ToString(answer.code);
  }
  for (const char* shards : {"1", "2", "7"}) {
    process->Kill();
    process = Serve({"--shards", shards});
    const auto client = Connect();
    for (int64_t user = 1; user <= 50; ++user) {
      EXPECT_EQ(client->GetBalance(user).balance.total, user * 100);
    }
  }
}

TEST_F(WalletdTest, ABankThatARestorePausedGetsNothingBeforeItIsResumed) {
  Serve()->Kill();
  const std::string ledger = data_ + "/LEDGER";
  LedgerIdentity identity = *DecodeIdentity(ReadWholeFile(ledger));
  identity.restored = RestoreNote{.at = identity.created_at, .from = identity.epoch};
  std::ofstream(ledger) << EncodeIdentity(identity);
  {
    auto paused = Serve({"--bank-sim-latency", "0ms"});
    EXPECT_NE(Log().find("PAUSED since the restore of"), std::string::npos) << Log();
    const auto client = Connect();
    ASSERT_TRUE(client->Do(client::Charge{.user_id = 7, .amount = 5, .idempotency_key = "c"}).ok());
    ASSERT_TRUE(
        client->Do(client::Withdraw{.user_id = 7, .amount = 5, .idempotency_key = "w"}).ok());
    EXPECT_EQ(client->GetHealth().status, "degraded");
    EXPECT_TRUE(client->GetHealth().bank_paused);
    paused->Signal(SIGTERM);
    EXPECT_EQ(paused->AwaitExit(kPatience), 0);
  }
  EXPECT_EQ(ReadWholeFile(data_ + "/bank-sim.book").find("paid"), std::string::npos);
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--resume-bank", "--bank-sim-latency", "0ms"}, {}}) {
    auto resumed = Serve(flags);
    const auto client = Connect();
    EXPECT_FALSE(client->GetHealth().bank_paused);
    EXPECT_TRUE(Eventually(
        *resumed, [&] { return client->GetTransaction(7, 2).transaction->status == "completed"; }));
    resumed->Kill();
  }
}

TEST_F(WalletdTest, ADirectoryInUseIsNamed) {
  auto first = Serve();
  const Finished second = Run({});
  EXPECT_EQ(second.code, kInUse);
  EXPECT_NE(second.error.find(data_), std::string::npos);
  EXPECT_NE(second.error.find("--data-dir"), std::string::npos);
}

TEST_F(WalletdTest, APortInUseIsNamedWithItsFlag) {
  auto first = Serve();
  const std::string http = ready_.substr(11, ready_.find(" binary=") - 11);
  const std::string binary = ready_.substr(ready_.find("binary=") + 7);
  const std::string other = temporary_.path() + "/other";
  const Finished on_http = RunToEnd(
      {WALLETD_PATH, "--create", "--data-dir", other, "--http", http, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(on_http.code, kInUse);
  EXPECT_NE(on_http.error.find("--http"), std::string::npos) << on_http.error;
  const Finished on_binary = RunToEnd(
      {WALLETD_PATH, "--create", "--data-dir", other, "--http", "127.0.0.1:0", "--listen", binary});
  EXPECT_EQ(on_binary.code, kInUse);
  EXPECT_NE(on_binary.error.find("--listen"), std::string::npos) << on_binary.error;
}

TEST_F(WalletdTest, AnotherDefaultCurrencyIsRefused) {
  Serve({"--create", "--default-currency", "EUR"})->Kill();
  const Finished other = Run({"--default-currency", "USD"});
  EXPECT_EQ(other.code, kUsage);
  EXPECT_NE(other.error.find("EUR"), std::string::npos) << other.error;
}

TEST_F(WalletdTest, ANewLedgerNeverTakesThePlaceOfALostOne) {
  Serve()->Kill();
  for (const char* part : {"LEDGER", "RESERVE", "index", "snapshots"}) {
    std::filesystem::remove_all(data_ + "/" + part);
  }
  std::ofstream(data_ + "/bank-sim.book", std::ios::app) << "paid and so on\n";
  const Finished finished = Run({"--create"});
  EXPECT_EQ(finished.code, kData) << finished.error;
  EXPECT_NE(finished.error.find("bank-sim.book"), std::string::npos) << finished.error;
  EXPECT_FALSE(std::filesystem::exists(data_ + "/LEDGER"));
}

TEST_F(WalletdTest, DamageToItsIdentityIsNeverMended) {
  Serve()->Kill();
  std::ofstream(data_ + "/LEDGER", std::ios::app) << "x";
  const Finished finished = Run({"--create"});
  EXPECT_EQ(finished.code, kData) << finished.error;
  EXPECT_NE(finished.error.find("LEDGER"), std::string::npos) << finished.error;
}

TEST_F(WalletdTest, MissingPartsOfALedgerAreNeverReplacedInSilence) {
  for (const char* part : {"LEDGER", "MARK", "log", "log/CURRENT"}) {
    std::filesystem::remove_all(data_);
    Serve()->Kill();
    std::filesystem::remove_all(data_ + "/" + part);
    const Finished finished = Run({});
    EXPECT_EQ(finished.code, kData) << part << ": " << finished.error;
    EXPECT_EQ(finished.out, "") << part;
  }
}

TEST_F(WalletdTest, ABadAddressIsAUsageError) {
  const Finished finished =
      RunToEnd({WALLETD_PATH, "--create", "--data-dir", data_, "--http", "nowhere"});
  EXPECT_EQ(finished.code, kUsage) << finished.error;
  EXPECT_FALSE(std::filesystem::exists(data_)) << "a typing error made a ledger";
  EXPECT_NE(finished.error.find("--http"), std::string::npos) << finished.error;
}

TEST_F(WalletdTest, LogsAreJsonLinesWhenAsked) {
  auto process = Serve({"--create", "--log-format", "json"});
  process->Signal(SIGTERM);
  EXPECT_EQ(process->AwaitExit(kPatience), 0);
  std::istringstream lines(Log());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    ASSERT_FALSE(error) << line;
    for (const char* field : {"time", "level", "message"}) {
      EXPECT_TRUE(value.as_object().contains(field)) << line;
    }
  }
  EXPECT_GE(count, 3);  // the banner, stopping, stopped
}

TEST_F(WalletdTest, PrintsOneLineToStandardOutput) {
  auto process = Serve();
  process->Signal(SIGTERM);
  EXPECT_EQ(process->ReadRest(), "");
}

TEST_F(WalletdTest, OneThatCantSayThatItIsReadyTellsItsLogAndGoesOn) {
  std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" > /dev/full", "sh"};
  for (std::string& word : Command({"--create"})) command.push_back(std::move(word));
  auto process =
      Process::Start({.arguments = std::move(command), .error_path = temporary_.path() + "/log"});
  ASSERT_TRUE(process.ok()) << process.status();
  const auto told = [&] {
    return Log().find("standard output can't be written") != std::string::npos;
  };
  EXPECT_TRUE(Eventually(**process, told)) << Log();
  (*process)->Signal(SIGTERM);
  EXPECT_EQ((*process)->AwaitExit(kPatience), 0) << Log();
}

}  // namespace
}  // namespace wallet
