// What wallet-snapshot shows: of what is damaged, too.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tools/wallet-snapshot/output.h"

namespace wallet::snapshot_tool {
namespace {

constexpr Instant kMade{1'700'000'000'000'000};  // 2023-11-14T22:13:20Z

std::vector<SnapshotListing> Snapshots() {
  return {{.position = Position(500),
           .path = "/d/a",
           .bytes = 1'234,
           .created_at = kMade,
           .accounts = 50,
           .open_withdrawals = 2},
          {.position = Position(600), .path = "/d/b", .damage = "it is cut short"}};
}

BackupSetContents Set() {
  BackupSetContents set;
  set.contents.epoch = *Epoch::Parse("abcdefgh");
  set.contents.default_currency = *Currency::Parse("EUR");
  set.contents.created_at = kMade;
  set.contents.snapshot = Position(500);
  set.contents.index = Position(600);
  set.contents.log_begin = Position(500);
  set.contents.end = Position(700);
  set.manifest.files = {{.name = "LEDGER", .bytes = 30}, {.name = "archive/x", .bytes = 12}};
  return set;
}

std::vector<SetListing> Sets() {
  BackupSetContents bare = Set();
  bare.contents.snapshot.reset();
  bare.contents.index.reset();
  return {{"/b/1", Set(), ""}, {"/b/2", bare, ""}, {"/b/3", std::nullopt, "no MANIFEST"}};
}

TEST(SnapshotOutputTest, SnapshotsAreATableInWhichDamageIsNamed) {
  EXPECT_EQ(TextOf(std::vector<SnapshotListing>()), "There are no snapshots.\n");
  EXPECT_EQ(TextOf(Snapshots()),
            "position  taken                 bytes  accounts  path\n"
            "     500  2023-11-14T22:13:20Z  1234   50        /d/a\n"
            "     600  DAMAGED               -      -         /d/b\n");
  EXPECT_EQ(JsonOf(Snapshots()),
            R"({"snapshots":[{"position":500,"created_at":"2023-11-14T22:13:20Z","bytes":1234,)"
            R"("accounts":50,"open_withdrawals":2,"path":"/d/a"},)"
            R"({"position":600,"path":"/d/b","damage":"it is cut short"}]})"
            "\n");
}

TEST(SnapshotOutputTest, SetsAreATableInWhichDamageIsNamed) {
  EXPECT_EQ(TextOf(std::vector<SetListing>()), "There are no backup sets.\n");
  EXPECT_EQ(TextOf(Sets()),
            "up to  made                  snapshot  bytes  epoch     path\n"
            "700    2023-11-14T22:13:20Z  500       42     abcdefgh  /b/1\n"
            "700    2023-11-14T22:13:20Z  none      42     abcdefgh  /b/2\n"
            "-      DAMAGED               -         -      -         /b/3\n");
  const std::string json = JsonOf(Sets());
  EXPECT_NE(json.find(R"("snapshot":500,"index":600,)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("snapshot":null,"index":null,)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"({"path":"/b/3","damage":"no MANIFEST"}]})"), std::string::npos) << json;
}

TEST(SnapshotOutputTest, ASetIsWhatItHolds) {
  EXPECT_EQ(TextOf(Set(), "/b/1"),
            "backup set        /b/1\n"
            "made              2023-11-14T22:13:20Z\n"
            "epoch             abcdefgh\n"
            "default currency  EUR\n"
            "up to position    700\n"
            "snapshot at       500\n"
            "index up to       600\n"
            "log behind        500\n"
            "files             2\n"
            "bytes             42\n"
            "chain hash        " +
                std::string(64, '0') + "\n");
}

TEST(SnapshotOutputTest, ASnapshotAddsUpItsShards) {
  SnapshotMetadata snapshot;
  snapshot.position = Position(500);
  snapshot.epoch = *Epoch::Parse("abcdefgh");
  snapshot.default_currency = *Currency::Parse("EUR");
  snapshot.created_at = snapshot.last_stamp = kMade;
  snapshot.sections = {{.accounts = 3, .open_withdrawals = 1},
                       {.accounts = 4, .open_withdrawals = 2}};
  const std::string text = TextOf(snapshot, "/d/a", 99);
  EXPECT_NE(text.find("accounts          7\n"), std::string::npos) << text;
  EXPECT_NE(text.find("open withdrawals  3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("shards            2\n"), std::string::npos) << text;
  const std::string json = JsonOf(snapshot, "/d/a", 99);
  EXPECT_NE(json.find(R"("accounts":7,"open_withdrawals":3,"shards":2,)"), std::string::npos)
      << json;
}

TEST(SnapshotOutputTest, WhatWasThereAlreadyIsNotSaidToBeMade) {
  SnapshotMade made{.position = 5, .bytes = 10, .created_at = kMade};
  EXPECT_EQ(TextOf(made), "snapshot at position 5: 10 B, 2023-11-14T22:13:20Z\n");
  made.made = false;
  EXPECT_EQ(TextOf(made),
            "snapshot at position 5: 10 B, 2023-11-14T22:13:20Z (it was there already: nothing "
            "happened since)\n");
  EXPECT_NE(JsonOf(made).find(R"("made":false)"), std::string::npos);
}

TEST(SnapshotOutputTest, AnErrorHasItsCode) {
  EXPECT_EQ(ErrorJson(absl::DataLossError("it is cut short")),
            R"({"error":{"code":"DATA_LOSS","message":"it is cut short"}})"
            "\n");
}

}  // namespace
}  // namespace wallet::snapshot_tool
