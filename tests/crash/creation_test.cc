// A ledger whose making was cut short is made anew by the next start with --create, and never by
// mistake over one that exists.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "net/client/client.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"

namespace wallet::crash {
namespace {

class Creation : public testing::Test {
 protected:
  std::string DataDir() const { return dir_.path() + "/data"; }

  // Serves, and takes one charge; the balance it then has.
  int64_t StartAndCharge(const std::string& key) {
    const auto server = Walletd::Start(DataDir(), {});
    if (!server.ok()) {
      ADD_FAILURE() << server.status();
      return -1;
    }
    const auto client = client::Client::Create({.address = (*server)->binary()});
    const auto answer =
        client->Do(client::Charge{.user_id = 1, .amount = 10, .idempotency_key = key});
    EXPECT_TRUE(answer.ok()) << answer.message;
    return answer.balance ? answer.balance->total : -1;
  }

  TempDir dir_;
};

TEST_F(Creation, CutShortAnywhereIsDoneAgain) {
  for (int instant_ms = 0; instant_ms < 40; ++instant_ms) {
    SCOPED_TRACE(instant_ms);
    std::filesystem::remove_all(DataDir());
    const auto server = Walletd::Launch(DataDir(), {});
    ASSERT_TRUE(server.ok()) << server.status();
    (*server)->AwaitExit(std::chrono::milliseconds(instant_ms));
    (*server)->Kill();
    EXPECT_EQ(StartAndCharge("a"), 10);
  }
}

TEST_F(Creation, HalfWrittenFilesAreNoObstacle) {
  for (const char* name : {"LOCK", "MARK.tmp", "bank-sim.book.tmp", "LEDGER.tmp"}) {
    SCOPED_TRACE(name);
    std::filesystem::remove_all(DataDir());
    std::filesystem::create_directory(DataDir());
    std::ofstream(DataDir() + "/" + name) << "half a fi";
    EXPECT_EQ(StartAndCharge("a"), 10);
  }
}

TEST_F(Creation, IsNotRepeatedOverALedgerThatIsThere) {
  EXPECT_EQ(StartAndCharge("a"), 10);
  EXPECT_EQ(StartAndCharge("b"), 20);
}

TEST_F(Creation, IsRefusedWhereALedgerHasLostItsName) {
  EXPECT_EQ(StartAndCharge("a"), 10);
  std::filesystem::remove(DataDir() + "/LEDGER");
  const auto server = Walletd::Start(DataDir(), {});
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(std::string(server.status().message()), testing::HasSubstr("exit code 4"));
}

}  // namespace
}  // namespace wallet::crash
