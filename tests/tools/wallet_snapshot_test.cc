// wallet-snapshot as an operator meets it: a real server, real directories.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "net/client/client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WalletSnapshotTest : public ::testing::Test {
 protected:
  void Serve(const std::vector<std::string>& flags = {}) {
    auto server = Walletd::Start(data_, flags);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  void Charge(int from, int to) {
    const auto wallet = client::Client::Create({.address = server_->binary()});
    std::vector<client::Charge> charges;
    for (int i = from; i < to; ++i) {
      charges.push_back(
          {.user_id = 1 + i % 50, .amount = 100, .idempotency_key = "c-" + std::to_string(i)});
    }
    std::promise<std::vector<client::WriteAnswer>> done;
    wallet->DoAll(charges, [&](auto answers) { done.set_value(std::move(answers)); });
    for (const auto& answer : done.get_future().get()) ASSERT_TRUE(answer.ok()) << answer.message;
  }
  void Stop() {
    server_->Terminate();
    ASSERT_EQ(server_->AwaitExit(kPatience), 0) << server_->Logged();
    server_.reset();
  }
  Finished Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), WALLET_SNAPSHOT_PATH);
    return RunToEnd(arguments,
                    {{"WALLETCTL_CONNECT", server_ ? server_->binary() : "127.0.0.1:1"}});
  }
  boost::json::value Json(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const Finished finished = Run(arguments);
    EXPECT_EQ(finished.code, 0) << finished.error;
    return boost::json::parse(finished.out);
  }
  std::vector<std::string> Unfinished() const {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator(directory_.path())) {
      const std::string path = each.path().string();
      if (path.find(".tmp") != std::string::npos) found.push_back(path);
    }
    return found;
  }

  TempDir directory_;
  const std::string data_ = directory_.path() + "/data";
  const std::string set_ = directory_.path() + "/set";
  std::unique_ptr<Walletd> server_;
};

TEST_F(WalletSnapshotTest, TheServerTakesOneAndListsIt) {
  Serve();
  EXPECT_THAT(Run({"list"}).out, HasSubstr("no snapshots"));
  Charge(0, 500);
  const auto made = Json({"create"});
  EXPECT_EQ(made.at("position").to_number<int>(), 500);
  const auto listed = Json({"list"}).at("snapshots").as_array();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("position"), made.at("position"));
  EXPECT_EQ(listed[0].at("bytes"), made.at("bytes"));
  EXPECT_EQ(listed[0].at("accounts").to_number<int>(), 50);
  const std::string path = std::string(listed[0].at("path").as_string());
  const Finished verified = Run({"verify", path});
  EXPECT_EQ(verified.code, 0) << verified.error;
  EXPECT_THAT(verified.out, HasSubstr("OK"));
  EXPECT_EQ(Json({"inspect", path}).at("accounts").to_number<int>(), 50);
}

TEST_F(WalletSnapshotTest, TheServerMakesABackupSetAndTheNextOneSharesWhatDidNotChange) {
  Serve();
  Charge(0, 500);
  ASSERT_EQ(Run({"create"}).code, 0);
  Charge(500, 700);
  const auto first = Json({"create", "--to", set_});
  EXPECT_EQ(first.at("end").to_number<int>(), 700);
  const auto inspected = Json({"inspect", set_});
  EXPECT_EQ(inspected.at("snapshot").to_number<int>(), 500);
  EXPECT_EQ(Run({"verify", set_}).code, 0);

  Charge(700, 800);
  const std::string second = directory_.path() + "/second";
  const auto made = Json({"create", "--to", second, "--earlier", set_});
  EXPECT_EQ(made.at("end").to_number<int>(), 800);
  EXPECT_GT(made.at("linked_bytes").to_number<int>(), 0);
  EXPECT_EQ(Run({"verify", second}).code, 0);
  const auto sets = Json({"list", "--backups", directory_.path()}).at("backups").as_array();
  EXPECT_EQ(sets.size(), 2u);
  EXPECT_THAT(Unfinished(), IsEmpty());
}

TEST_F(WalletSnapshotTest, NothingIsOverwritten) {
  Serve();
  Charge(0, 10);
  std::filesystem::create_directory(set_);
  std::ofstream(set_ + "/mine") << "mine";
  const Finished finished = Run({"create", "--to", set_});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.error, HasSubstr("nothing is overwritten"));
  EXPECT_EQ(ReadWholeFile(set_ + "/mine"), "mine");
  const Finished inside = Run({"create", "--to", data_ + "/../data/backup"});
  EXPECT_EQ(inside.code, 1);
  EXPECT_THAT(inside.error, HasSubstr("the ledger's own directory"));
}

TEST_F(WalletSnapshotTest, ADirectoryAtRestIsSnapshottedAndBackedUp) {
  Serve();
  Charge(0, 300);
  EXPECT_EQ(Run({"create", "--data-dir", data_}).code, 3) << "a server uses it";
  Stop();
  const auto taken = Json({"create", "--data-dir", data_});
  EXPECT_TRUE(taken.at("made").as_bool());
  EXPECT_FALSE(Json({"create", "--data-dir", data_}).at("made").as_bool());
  const auto made = Json({"create", "--data-dir", data_, "--to", set_});
  EXPECT_EQ(made.at("end").to_number<int>(), 300);
  EXPECT_EQ(Run({"verify", set_}).code, 0);
  EXPECT_EQ(Json({"list", "--data-dir", data_}).at("snapshots").as_array().size(), 1u);
  Serve();
  EXPECT_THAT(server_->Logged(), HasSubstr("the snapshot at position"));
}

TEST_F(WalletSnapshotTest, DamageIsFoundAndNamed) {
  Serve();
  Charge(0, 300);
  ASSERT_EQ(Run({"create"}).code, 0);
  ASSERT_EQ(Run({"create", "--to", set_}).code, 0);
  std::string victim;
  for (const auto& each : std::filesystem::recursive_directory_iterator(set_ + "/files")) {
    if (each.path().filename().string().starts_with("snapshot-")) victim = each.path().string();
  }
  ASSERT_NE(victim, "");
  std::string bytes = ReadWholeFile(victim);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(victim, std::ios::binary) << bytes;
  for (const std::string& path : {set_, victim}) {
    const Finished finished = Run({"verify", path});
    EXPECT_EQ(finished.code, 4) << path;
    EXPECT_THAT(finished.error, HasSubstr(victim));
  }
}

TEST_F(WalletSnapshotTest, InterruptedItLeavesNothingAndTheServerGoesOn) {
  Serve();
  Charge(0, 20'000);
  auto process = Process::Start(
      {.arguments = {WALLET_SNAPSHOT_PATH, "create", "--to", set_, "--address", server_->binary()},
       .error_path = directory_.path() + "/log"});
  ASSERT_TRUE(process.ok()) << process.status();
  (*process)->Signal(SIGINT);
  const auto code = (*process)->AwaitExit(kPatience);
  ASSERT_TRUE(code.has_value());
  // By then the set may have been whole already, or the signal have come before it was awaited.
  EXPECT_TRUE(*code == 0 || *code == 130) << *code;
  EXPECT_TRUE(server_->Eventually([&] { return Unfinished().empty(); }));
  EXPECT_EQ(std::filesystem::exists(set_), *code == 0);
  Charge(20'000, 20'010);
}

TEST_F(WalletSnapshotTest, TheServersArchiveIsFedBehindEachSnapshotAndKnowsItsLedger) {
  const std::string archive = directory_.path() + "/archive";
  Serve({"--archive", archive});
  Charge(0, 300);
  ASSERT_EQ(Run({"create"}).code, 0);
  const std::string segment = archive + "/segment-00000000000000000001-00000000000000000300";
  EXPECT_TRUE(server_->Eventually([&] { return std::filesystem::exists(segment); }));
  Stop();
  const auto other = Walletd::Start(directory_.path() + "/other", {"--archive", archive});
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("--archive"));
}

TEST_F(WalletSnapshotTest, WithoutAServerOrAPathItSaysSo) {
  EXPECT_EQ(Run({"list", "--data-dir", "/nonexistent"}).code, 1);
  EXPECT_EQ(Run({"verify", "/nonexistent"}).code, 1);
  EXPECT_EQ(Run({"create", "--earlier", "/x"}).code, 2);
  EXPECT_EQ(Run({}).code, 2);
}

}  // namespace
}  // namespace wallet
