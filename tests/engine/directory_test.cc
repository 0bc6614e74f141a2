#include "engine/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_files.h"
#include "tests/support/temp_dir.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class CountingRandom final : public Random {
 public:
  uint64_t Next() override { return next_ += 0x1111'2222'3333'4444; }

 private:
  uint64_t next_ = 0;
};

MATCHER_P2(Fails, code, message, "") {
  *result_listener << arg.status();
  return arg.status().code() == code &&
         testing::ExplainMatchResult(message, std::string(arg.status().message()), result_listener);
}

class DirectoryTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Directory>> Open(bool create, std::string_view currency = "") {
    DirectoryOptions options{.path = path_, .create = create};
    if (!currency.empty()) options.default_currency = *Currency::Parse(currency);
    return Directory::Open(options, PosixFileSystem(), clock_, random_,
                           [this](const Directory& made) { return MakeLog(made); });
  }
  void Make() { ASSERT_TRUE(Open(/*create=*/true).ok()); }

  absl::Status MakeLog(const Directory& made) {
    ++logs_made_;
    // The last step must be the file LEDGER.
    EXPECT_FALSE(std::filesystem::exists(LedgerPath()));
    std::filesystem::create_directory(made.log_path());
    Write("MARK", "m");
    return log_status_;
  }

  std::string LedgerPath() const { return path_ + "/LEDGER"; }
  void Write(const std::string& name, std::string_view text) {
    std::ofstream(path_ + "/" + name) << text;
  }
  std::vector<std::string> Names() const { return *PosixFileSystem().List(path_); }
  std::string Ledger() const { return *PosixFileSystem().ReadFile(LedgerPath()); }

  TempDir temp_;
  const std::string path_ = temp_.path() + "/data";
  FakeClock clock_;
  CountingRandom random_;
  absl::Status log_status_;
  int logs_made_ = 0;
};

TEST_F(DirectoryTest, IsMadeOnlyWhenAsked) {
  EXPECT_THAT(Open(/*create=*/false),
              Fails(absl::StatusCode::kNotFound, AllOf(HasSubstr(path_), HasSubstr("--create"))));
  EXPECT_FALSE(std::filesystem::exists(path_));

  const auto made = Open(/*create=*/true);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE((*made)->created());
  EXPECT_EQ((*made)->identity().default_currency, *Currency::Parse("USD"));
  EXPECT_EQ((*made)->identity().created_at, clock_.Now());
  EXPECT_EQ((*made)->identity().chain_seed.size(), 32u);  // 128 bits
  EXPECT_THAT(Names(), UnorderedElementsAre("LEDGER", "LOCK", "MARK", "log"));
}

TEST_F(DirectoryTest, WhereItsParentIsMissingItIsNotMade) {
  const auto made =
      Directory::Open({.path = path_ + "/below", .create = true}, PosixFileSystem(), clock_,
                      random_, [](const Directory&) { return absl::OkStatus(); });
  EXPECT_THAT(made, Fails(absl::StatusCode::kNotFound,
                          AllOf(HasSubstr(path_ + "/below"), HasSubstr("Make that"))));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(DirectoryTest, AnEmptyOneIsMadeOnlyWhenAsked) {
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Open(/*create=*/false), Fails(absl::StatusCode::kNotFound, HasSubstr("--create")));
  EXPECT_FALSE(std::filesystem::exists(LedgerPath()));
  EXPECT_TRUE(Open(/*create=*/true).ok());
}

TEST_F(DirectoryTest, KeepsItsIdentity) {
  Epoch epoch;
  std::string seed;
  {
    const auto made = Open(/*create=*/true, "EUR");
    ASSERT_TRUE(made.ok()) << made.status();
    epoch = (*made)->identity().epoch;
    seed = (*made)->identity().chain_seed;
  }
  clock_.Advance(kMicrosPerSecond);
  for (const bool create : {false, true}) {
    const auto again = Open(create);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE((*again)->created());
    EXPECT_EQ((*again)->identity().epoch, epoch);
    EXPECT_EQ((*again)->identity().chain_seed, seed);
    EXPECT_EQ((*again)->identity().default_currency, *Currency::Parse("EUR"));
    EXPECT_EQ((*again)->identity().created_at.value(), clock_.Now().value() - kMicrosPerSecond);
  }
  EXPECT_EQ(logs_made_, 1);
}

TEST_F(DirectoryTest, RefusesAnotherDefaultCurrencyNamingBoth) {
  ASSERT_TRUE(Open(/*create=*/true, "EUR").ok());
  EXPECT_THAT(Open(/*create=*/true, "JPY"), Fails(absl::StatusCode::kFailedPrecondition,
                                                  AllOf(HasSubstr("EUR"), HasSubstr("JPY"))));
  EXPECT_TRUE(Open(/*create=*/true, "EUR").ok());
}

TEST_F(DirectoryTest, IsUsedByOneProcessOnly) {
  const auto first = Open(/*create=*/true);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(Open(/*create=*/false), Fails(absl::StatusCode::kUnavailable,
                                            AllOf(HasSubstr(path_), HasSubstr("--data-dir"))));
}

TEST_F(DirectoryTest, AnInterruptedMakingIsDoneAgain) {
  log_status_ = absl::ResourceExhaustedError("no space");
  EXPECT_THAT(Open(/*create=*/true),
              Fails(absl::StatusCode::kResourceExhausted, HasSubstr("no space")));
  EXPECT_FALSE(std::filesystem::exists(LedgerPath()));
  Write("LEDGER.tmp", "wallet-led");  // where a loss of power may have left it

  log_status_ = absl::OkStatus();
  EXPECT_THAT(Open(/*create=*/false), Fails(absl::StatusCode::kNotFound, HasSubstr("--create")));
  const auto made = Open(/*create=*/true);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE((*made)->created());
  EXPECT_EQ(logs_made_, 2);
}

TEST_F(DirectoryTest, NeverMakesOneAmongFilesItDoesNotKnow) {
  std::filesystem::create_directory(path_);
  Write("notes.txt", "mine");
  EXPECT_THAT(Open(/*create=*/true),
              Fails(absl::StatusCode::kDataLoss, AllOf(HasSubstr("notes.txt"), HasSubstr(path_))));
  EXPECT_EQ(logs_made_, 0);
}

// The reserve is made only by a server that has served from here: a ledger was there.
TEST_F(DirectoryTest, NeverMakesOneWhereLedgerWasLost) {
  Make();
  Write("RESERVE", "");
  std::filesystem::remove(LedgerPath());
  for (const bool create : {false, true}) {
    EXPECT_THAT(Open(create), Fails(absl::StatusCode::kDataLoss,
                                    AllOf(HasSubstr("RESERVE"), HasSubstr("LEDGER"))));
  }
  EXPECT_EQ(logs_made_, 1);
}

TEST_F(DirectoryTest, RefusesADamagedLedgerFileWhateverIsChangedInIt) {
  Make();
  const std::string whole = Ledger();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 1;
    EXPECT_THAT(DecodeIdentity(damaged), Fails(absl::StatusCode::kDataLoss, HasSubstr("LEDGER")))
        << damaged;
    EXPECT_FALSE(DecodeIdentity(whole.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(DecodeIdentity(whole + "x").ok());

  Write("LEDGER", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(Open(/*create=*/true), Fails(absl::StatusCode::kDataLoss, HasSubstr("LEDGER")));
  EXPECT_EQ(Ledger(), whole.substr(0, whole.size() / 2));
}

TEST_F(DirectoryTest, RefusesANewerFormatNamingBothVersions) {
  Make();
  std::string newer = absl::StrReplaceAll(Ledger(), {{"wallet-ledger 1", "wallet-ledger 3"}});
  newer.resize(newer.rfind("checksum "));
  absl::StrAppend(&newer, "checksum ", absl::Hex(Xxh3(newer), absl::kZeroPad16), "\n");
  Write("LEDGER", newer);
  EXPECT_THAT(Open(/*create=*/false), Fails(absl::StatusCode::kUnimplemented,
                                            AllOf(HasSubstr("version 3"), HasSubstr("1 to 2"))));
}

std::string Sealed(std::string text) {
  return absl::StrCat(text, "checksum ", absl::Hex(Xxh3(text), absl::kZeroPad16), "\n");
}

TEST(LedgerFile, HasOneForm) {
  const std::string epoch = "epoch abcdefgh\n", currency = "default_currency EUR\n",
                    created = "created_at 2024-01-15T12:00:00Z\n", seed = "chain_seed 00ff";
  const std::string head = "wallet-ledger 1\n" + epoch + currency;
  ASSERT_TRUE(DecodeIdentity(Sealed(head + created + seed + "\n")).ok());
  for (const std::string& other :
       {head + created + seed + "\nshards 4\n",                            // a line too many
        head + created + seed,                                             // a line without its end
        "wallet-ledger +1\n" + epoch + currency + created + seed + "\n",   // another spelling
        "wallet-ledger 1\n" + currency + epoch + created + seed + "\n",    // another order
        head + "created_at 2024-01-15T13:00:00+01:00\n" + seed + "\n"}) {  // another spelling
    EXPECT_THAT(DecodeIdentity(Sealed(other)),
                Fails(absl::StatusCode::kDataLoss, HasSubstr("LEDGER")))
        << other;
  }
}

TEST(LedgerFile, AValueThatIsNoneIsRefused) {
  const std::string whole =
      "wallet-ledger 1\nepoch abcdefgh\ndefault_currency EUR\n"
      "created_at 2024-01-15T12:00:00Z\nchain_seed 00ff\n";
  ASSERT_TRUE(DecodeIdentity(Sealed(whole)).ok());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"epoch abcdefgh\n", ""},
           {"epoch abcdefgh", "epoch abc"},
           {"default_currency EUR\n", ""},
           {"default_currency EUR", "default_currency ABC"},
           {"created_at 2024-01-15T12:00:00Z\n", ""},
           {"2024-01-15", "2024-02-30"},
           {"chain_seed 00ff\n", ""},
           {"chain_seed 00ff", "chain_seed "}}) {
    EXPECT_THAT(DecodeIdentity(Sealed(absl::StrReplaceAll(whole, {{from, to}}))),
                Fails(absl::StatusCode::kDataLoss, HasSubstr("a value can't be read")))
        << to;
  }
  EXPECT_THAT(DecodeIdentity(Sealed(whole + "epoch bcdefghi\n")),
              Fails(absl::StatusCode::kDataLoss, HasSubstr("epoch stands twice")));
}

// Pinned: directories made by released programs look like this for ever.
TEST(LedgerFile, Version1) {
  const std::string text =
      "wallet-ledger 1\n"
      "epoch abcdefgh\n"
      "default_currency EUR\n"
      "created_at 2024-01-15T12:00:00.000001Z\n"
      "chain_seed 00112233445566778899aabbccddeeff\n"
      "checksum 362d95b9b8aa7d11\n";
  const auto identity = DecodeIdentity(text);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->epoch.ToString(), "abcdefgh");
  EXPECT_EQ(identity->default_currency, *Currency::Parse("EUR"));
  EXPECT_EQ(FormatRfc3339(identity->created_at), "2024-01-15T12:00:00.000001Z");
  EXPECT_EQ(identity->chain_seed, "00112233445566778899aabbccddeeff");
  EXPECT_EQ(EncodeIdentity(*identity), text);
}

// Pinned, as version 1: what a restore makes.
constexpr char kRestored[] =
    "wallet-ledger 2\n"
    "epoch abcdefgh\n"
    "default_currency EUR\n"
    "created_at 2024-01-15T12:00:00Z\n"
    "chain_seed 00112233445566778899aabbccddeeff\n"
    "restored_at 2026-11-28T01:00:00.500000Z\n"
    "restored_position 123456\n"
    "restored_from zzzzzzzz\n"
    "bank paused\n"
    "checksum 5c1929f7897766a3\n";

TEST(LedgerFile, Version2SaysWhatARestoreMadeOfIt) {
  const auto identity = DecodeIdentity(kRestored);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->epoch.ToString(), "abcdefgh");
  ASSERT_TRUE(identity->restored.has_value());
  EXPECT_EQ(FormatRfc3339(identity->restored->at), "2026-11-28T01:00:00.500000Z");
  EXPECT_EQ(identity->restored->position, Position(123456));
  EXPECT_EQ(identity->restored->from.ToString(), "zzzzzzzz");
  EXPECT_TRUE(identity->bank_paused());
  EXPECT_EQ(EncodeIdentity(*identity), kRestored);
}

TEST(LedgerFile, Version2HasOneForm) {
  const std::string whole(kRestored);
  const std::string text = whole.substr(0, whole.rfind("checksum "));
  ASSERT_TRUE(DecodeIdentity(Sealed(text)).ok());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"bank paused", "bank resting"},
           {"position 123456", "position 0123456"},
           {"position 123456", "position -1"},
           {"restored_position 123456\n", ""},
           {"restored_from zzzzzzzz\n", ""},
           {"restored_from zzzzzzzz", "restored_from z"},
           {"restored_at 2026-11-28T01:00:00.500000Z\n", ""},
           {"2026-11-28", "2026-11-31"},
           {"wallet-ledger 2", "wallet-ledger 1"},
           {"wallet-ledger 2", "wallet-ledger 0"},
           {"00.500000Z", "00.5Z"}}) {
    EXPECT_FALSE(DecodeIdentity(Sealed(absl::StrReplaceAll(text, {{from, to}}))).ok()) << to;
  }
}

// Whatever of the disk fails: the error comes through, and the next start makes or opens it.
TEST_F(DirectoryTest, ADiskThatFailsLeavesNothingThatIsInTheWay) {
  const auto open = [&](MemoryFiles& files) {
    const DirectoryOptions options{.path = "/data", .create = true};
    return Directory::Open(options, files, clock_, random_,
                           [](const Directory&) { return absl::OkStatus(); })
        .status();
  };
  for (const bool made : {false, true}) {
    uint64_t operation = 1;
    for (bool failed = true; failed; ++operation) {
      MemoryFiles files;
      if (made) {
        ASSERT_EQ(open(files), absl::OkStatus());
      }
      const uint64_t failing = files.operations() + operation;
      files.FailAt(failing, absl::DataLossError("input/output error"));
      const absl::Status status = open(files);
      failed = files.operations() >= failing;
      EXPECT_EQ(status.code(), failed ? absl::StatusCode::kDataLoss : absl::StatusCode::kOk)
          << operation;
      files.FailAt(0, absl::OkStatus());
      EXPECT_EQ(open(files), absl::OkStatus()) << operation;
    }
    EXPECT_GT(operation, 4u);
  }
}

TEST_F(DirectoryTest, ABankWhoseResumingIsNotOnTheDiskStaysPaused) {
  MemoryFiles files;
  const DirectoryOptions options{.path = "/data", .create = true};
  const auto open = [&] {
    return *Directory::Open(options, files, clock_, random_,
                            [](const Directory&) { return absl::OkStatus(); });
  };
  LedgerIdentity identity = open()->identity();
  identity.restored = RestoreNote{.at = clock_.Now(), .position = Position(5), .from = Epoch(3)};
  files.Put("/data/LEDGER", EncodeIdentity(identity));
  const auto directory = open();
  files.FailAt(files.operations() + 1, absl::ResourceExhaustedError("no space"));
  EXPECT_EQ(directory->ResumeBank(files).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(directory->identity().bank_paused());
  EXPECT_EQ(directory->ResumeBank(files), absl::OkStatus());
  EXPECT_FALSE(directory->identity().bank_paused());
}

TEST_F(DirectoryTest, ALedgerThatNoRestoreMadeHasNoPausedBank) {
  Make();
  auto directory = *Open(/*create=*/false);
  EXPECT_FALSE(directory->identity().bank_paused());
  const std::string before = Ledger();
  EXPECT_EQ(directory->ResumeBank(PosixFileSystem()), absl::OkStatus());
  EXPECT_EQ(Ledger(), before);
}

TEST_F(DirectoryTest, ABankThatARestorePausedIsResumedOnceAndForEver) {
  Make();
  LedgerIdentity identity = *DecodeIdentity(Ledger());
  identity.restored = RestoreNote{.at = clock_.Now(), .position = Position(5), .from = Epoch(3)};
  Write("LEDGER", EncodeIdentity(identity));
  {
    auto directory = *Open(/*create=*/false);
    EXPECT_TRUE(directory->identity().bank_paused());
  }
  {
    auto directory = *Open(/*create=*/false);
    ASSERT_TRUE(directory->ResumeBank(PosixFileSystem()).ok());
    EXPECT_FALSE(directory->identity().bank_paused());
  }
  auto directory = *Open(/*create=*/false);
  EXPECT_FALSE(directory->identity().bank_paused());
  identity.restored->bank_paused = false;
  EXPECT_EQ(directory->identity().restored, identity.restored);
  const std::string resumed = Ledger();
  EXPECT_TRUE(directory->ResumeBank(PosixFileSystem()).ok());
  EXPECT_EQ(Ledger(), resumed);
}

}  // namespace
}  // namespace wallet
