// The proof that every answer outlives the server: it is killed in the middle of a mixed load,
// again and again, restarted on the same directory, sometimes with another number of shards, and
// held to everything it ever answered, down to the bank's own book.
//
// WALLET_CRASH_ROUNDS sets how many kills, WALLET_CRASH_SEED repeats a run's load (the instants of
// the kills depend on the machine, too).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "tests/crash/audit.h"
#include "tests/crash/journal.h"
#include "tests/crash/load.h"
#include "tests/support/temp_dir.h"
#include "tests/support/walletd.h"
#include "wal/base/random.h"

namespace wallet::crash {
namespace {

constexpr int kStorageFailed = 5;  // the exit code for "restart me"
constexpr int kDefaultRounds = 20;
constexpr int64_t kMaxAnswersBeforeKill = 2'500;

// Of a file that is larger ahead of what is written to it; to the system's page. 0: it is removed.
uint64_t WrittenBytes(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const off_t hole = lseek(file, 0, SEEK_HOLE);
  close(file);
  return static_cast<uint64_t>(std::max<off_t>(hole, 0));
}

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Kill : public testing::Test {
 protected:
  Kill()
      : seed_(FromEnvironment("WALLET_CRASH_SEED", SystemRandom().Next() % 1'000'000)),
        rounds_(static_cast<int>(FromEnvironment("WALLET_CRASH_ROUNDS", kDefaultRounds))),
        random_(seed_) {
    std::cout << "WALLET_CRASH_SEED=" << seed_ << " WALLET_CRASH_ROUNDS=" << rounds_ << std::endl;
  }

  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
  }

  // Every fault that the simulated bank knows, with limits short enough that withdrawals end.
  std::vector<std::string> Flags() {
    return {"--shards",
            absl::StrCat(1 + Below(4)),
            "--bank-workers=16",
            "--bank-queue=200",
            "--bank-attempts=3",
            "--bank-timeout=60ms",
            "--bank-backoff=10ms",
            "--bank-sim-latency=2ms",
            "--bank-sim-decline=0.15",
            "--bank-sim-timeout=0.15",
            "--bank-sim-lost-reply=0.15",
            "--log-level=warn"};
  }

  void Start() {
    auto server = Walletd::Start(DataDir(), Flags());
    if (!server.ok()) throw std::runtime_error(server.status().ToString());
    server_ = *std::move(server);
    client_ = client::Client::Create(
        {.address = server_->binary(), .connections = 2, .timeout = kPatience, .retry = false});
    reader_ = client::Client::Create({.address = server_->binary(), .retry = false});
  }

  // Dies on its way up, wherever it is by then.
  void StartAndKillAtOnce() {
    auto server = Walletd::Launch(DataDir(), Flags());
    if (!server.ok()) throw std::runtime_error(server.status().ToString());
    EXPECT_EQ((*server)->AwaitExit(std::chrono::milliseconds(Below(100))), std::nullopt);
    (*server)->Kill();
  }

  // It may be down already.
  void KillOnItsWayDown() {
    server_->Terminate();
    EXPECT_EQ(server_->AwaitExit(std::chrono::milliseconds(Below(50))).value_or(0), 0);
    server_->Kill();
  }

  // A kill finds an answer that left too early only if it falls between it and its write; a write
  // that fails finds every one. Some bytes of it may reach the file.
  void FailItsDisk() {
    uint64_t written = 0;
    for (const auto& file : std::filesystem::directory_iterator(DataDir() + "/log")) {
      if (file.path().extension() == ".log") written = std::max(written, WrittenBytes(file.path()));
    }
    server_->LimitFiles(written + static_cast<uint64_t>(Below(20'000)));
    EXPECT_EQ(server_->AwaitExit(kPatience), kStorageFailed) << server_->Logged();
  }

  void Audit() {
    AuditBookAgainst(AuditLedger(*client_, journal_), BookPath(), journal_);
    Expect("after a restart");
  }

  void LoadAndKill(int round) {
    Load load({.seed = random_(),
               .key_prefix = absl::StrCat("r", round, "-"),
               .in_flight = 1 << Below(9)},
              *client_, *reader_, journal_);
    load.Start();
    load.AwaitAnswers(1 + Below(kMaxAnswersBeforeKill));
    const int64_t dice = Below(10);
    if (dice < 3) {
      FailItsDisk();
    } else if (dice < 5) {
      KillOnItsWayDown();
    }
    server_->Kill();
    load.Stop();
    client_.reset();
    reader_.reset();
    load.AwaitEnd();
    Expect("under load");
  }

  void Expect(std::string_view when) {
    const std::vector<std::string> problems = journal_.problems();
    ASSERT_THAT(problems, testing::IsEmpty()) << when;
  }

  int64_t Open(bool with_review) {
    int64_t open = 0;
    for (const auto& [substatus, count] : client_->GetHealth().by_substatus) {
      if (with_review || substatus != "review") open += count;
    }
    return open;
  }

  // The operator's part: what is in review has no proof but the bank's book.
  void ResolveByTheBook() {
    const std::set<std::string> paid = PaidReferences(BookPath(), journal_);
    client::PageAnswer review;
    do {
      review = client_->List(client::ListWithdrawals{.substatus = "review", .limit = 1'000});
      for (const client::Transaction& each : review.transactions) {
        const auto answer =
            client_->Resolve(each.user_id, each.id, paid.contains(each.reference), "by the book");
        ASSERT_TRUE(answer.ok()) << ToString(answer.code) << answer.message;
      }
    } while (!review.transactions.empty());
  }

  // How the withdrawals have ended, and how many of them the bank has paid.
  std::string EndsOfWithdrawals() {
    std::map<std::string, int64_t> ends;
    for (const client::Transaction& each : AuditLedger(*client_, journal_)) {
      if (IsWithdrawal(each)) ++ends[absl::StrCat(each.status, " ", each.failure_code)];
    }
    std::string text = absl::StrCat(PaidReferences(BookPath(), journal_).size(), " paid");
    for (const auto& [end, count] : ends) absl::StrAppend(&text, ", ", end, ": ", count);
    return text;
  }

  std::string DataDir() const { return dir_.path() + "/data"; }
  std::string BookPath() const { return DataDir() + "/bank-sim.book"; }

  const uint64_t seed_;
  const int rounds_;
  std::mt19937_64 random_;
  TempDir dir_;
  Journal journal_;
  std::unique_ptr<Walletd> server_;
  std::unique_ptr<client::Client> client_;
  std::unique_ptr<client::Client> reader_;
};

TEST_F(Kill, EveryAnswerOutlivesTheServer) {
  for (int round = 0; round < rounds_; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    while (Below(4) == 0) StartAndKillAtOnce();
    Start();
    Audit();
    SettleLostTries(*client_, journal_);
    LoadAndKill(round);
    if (HasFatalFailure()) return;
  }

  Start();
  Audit();
  SettleLostTries(*client_, journal_);
  ASSERT_TRUE(server_->Eventually([&] { return Open(false) == 0; }));
  Audit();
  ResolveByTheBook();
  EXPECT_EQ(Open(true), 0);
  Audit();
  server_->Terminate();
  EXPECT_EQ(server_->AwaitExit(kPatience), 0);
  Start();
  Audit();
  std::cout << journal_.Summary() << "\n" << EndsOfWithdrawals() << std::endl;
}

}  // namespace
}  // namespace wallet::crash
