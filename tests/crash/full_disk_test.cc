// A disk that is really full, and then grown: a small file system in memory, in a namespace of its
// own, so that nobody need be root.

#include <gtest/gtest.h>

#include <future>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/crash/at_rest.h"
#include "tests/crash/audit.h"
#include "tests/crash/small_disk.h"
#include "tests/crash/trial.h"
#include "tests/crash/unable.h"
#include "wal/limits.h"

namespace wallet::crash {
namespace {

constexpr uint64_t kRoomy = kStorageRoomBytes + (uint64_t{256} << 20);
constexpr uint64_t kTight = uint64_t{100} << 20;  // left free: too little for clients' writes
static_assert(kTight < kStorageFullBytes);

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    auto disk = SmallDisk::Mount(dir_.path(), kRoomy);
    if (!disk.ok()) return Unable(disk.status());
    disk_ = *std::move(disk);
  }

  absl::Status Start() {
    client_.reset();
    server_.reset();
    auto server = Walletd::Start(disk_->path() + "/data",
                                 {"--shards=2", "--bank-workers=1", "--bank-queue=20",
                                  "--bank-sim-latency=3s", "--bank-timeout=60s"},
                                 {.wrapper = disk_->Wrapper()});
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    client_ = client::Client::Create({.address = server_->binary(), .retry = false});
    return absl::OkStatus();
  }

  client::Code Write(const Request& request) {
    journal_.Sending(request);
    const client::WriteAnswer answer = Send(*client_, request);
    journal_.Ended(request, answer);
    return answer.code;
  }
  client::Charge NewCharge() {
    return {.user_id = 1, .amount = 100, .idempotency_key = absl::StrCat("c", ++keys_)};
  }
  client::Withdraw NewWithdraw() {
    return {.user_id = 1, .amount = 10, .idempotency_key = absl::StrCat("w", ++keys_)};
  }

  bool EventuallyWritesAre(client::Code code) {
    return server_->Eventually([&] { return Write(NewCharge()) == code; });
  }
  std::string SubstatusOf(const client::Withdraw& withdraw) {
    const auto answer = client_->GetTransaction(withdraw.user_id, withdraw.idempotency_key);
    return answer.ok() ? answer.transaction->substatus : ToString(answer.code);
  }
  void Audit() {
    AuditLedger(*client_, journal_);
    ASSERT_TRUE(journal_.problems().empty()) << journal_.problems().front();
  }

  TempDir dir_;
  std::unique_ptr<SmallDisk> disk_;
  Journal journal_;
  int keys_ = 0;
  std::unique_ptr<Walletd> server_;
  std::unique_ptr<client::Client> client_;
};

TEST_F(FullDisk, RefusesClientsServesReadsTakesTheBanksWordAndGoesOnWhenItHasGrown) {
  ASSERT_TRUE(Start().ok());
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Write(NewCharge()), client::Code::kOk);
  const client::Withdraw first = NewWithdraw(), second = NewWithdraw();
  ASSERT_EQ(Write(first), client::Code::kOk);
  ASSERT_EQ(Write(second), client::Code::kOk);  // waits for the only worker

  ASSERT_TRUE(disk_->LeaveFree(kTight).ok());
  ASSERT_TRUE(EventuallyWritesAre(client::Code::kStorageFull));
  EXPECT_TRUE(client_->GetBalance(1).ok());
  EXPECT_EQ(client_->GetHealth().status, "read_only");
  EXPECT_EQ(Write(NewWithdraw()), client::Code::kStorageFull);
  // The bank's word on what is under way has its room.
  ASSERT_TRUE(server_->Eventually([&] { return SubstatusOf(first) == "completed"; }));
  EXPECT_EQ(SubstatusOf(second), "queued");
  Audit();

  ASSERT_TRUE(disk_->Resize(kRoomy).ok());
  ASSERT_TRUE(EventuallyWritesAre(client::Code::kOk));
  EXPECT_TRUE(server_->Eventually([&] { return SubstatusOf(second) == "completed"; }));
  Audit();
}

// The archive on the small disk, the ledger on another or beside it.
class FullArchiveDisk : public FullDisk {
 protected:
  static constexpr int kSnapshotEvents = 1'000;

  absl::Status StartOn(const std::string& data, bool with_archive) {
    data_ = data;
    std::vector<std::string> flags = {
        "--shards=2", absl::StrCat("--snapshot-events=", kSnapshotEvents), "--snapshots-keep=2"};
    if (with_archive) flags.push_back("--archive=" + archive());
    auto server = Walletd::Start(data_, flags, {.wrapper = disk_->Wrapper()});
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    client_ = client::Client::Create({.address = server_->binary(), .retry = false});
    return absl::OkStatus();
  }
  void Stop() {
    server_->Terminate();
    ASSERT_EQ(server_->AwaitExit(kPatience), 0) << server_->Logged();
    client_.reset();
  }
  std::string archive() const { return disk_->path() + "/archive"; }
  size_t Says(std::string_view what) const { return CountOf(what, server_->Logged()); }

  client::Code WriteMany() {
    std::vector<client::Charge> charges;
    for (int i = 0; i < kSnapshotEvents / 4; ++i) charges.push_back(NewCharge());
    for (const client::Charge& charge : charges) journal_.Sending(charge);
    std::promise<std::vector<client::WriteAnswer>> answered;
    client_->DoAll(charges, [&](std::vector<client::WriteAnswer> answers) {
      answered.set_value(std::move(answers));
    });
    client::Code worst = client::Code::kOk;
    const std::vector<client::WriteAnswer> answers = answered.get_future().get();
    for (size_t i = 0; i < answers.size(); ++i) {
      journal_.Ended(charges[i], answers[i]);
      if (!answers[i].ok()) worst = answers[i].code;
    }
    return worst;
  }

  // None is refused. Ends when the server has said something once more.
  void WriteUntilItSays(std::string_view what) {
    const size_t before = Says(what);
    client::Code code = client::Code::kOk;
    EXPECT_TRUE(server_->Eventually([&] {
      code = WriteMany();
      return code != client::Code::kOk || Says(what) > before;
    }));
    EXPECT_EQ(code, client::Code::kOk) << journal_.Summary();
    EXPECT_EQ(client_->GetHealth().status, "ok");
  }
  // At rest: log, snapshots, index and archive hold together what was answered.
  void Verify() {
    Command command = disk_->Wrapper();
    for (std::string& each : VerifyLedger(data_, archive())) command.push_back(std::move(each));
    EXPECT_EQ(ComplaintOf(command), "");
  }

  static constexpr char kSnapshot[] = "snapshot at position";
  static constexpr char kTrimmed[] = "log trimmed:";
  static constexpr char kNotTrimmed[] = "the log was not trimmed";

  const TempDir elsewhere_;
  std::string data_;
};

TEST_F(FullArchiveDisk, NobodyIsRefusedNothingIsTrimmedAndItGoesOnWhenThereIsRoom) {
  ASSERT_TRUE(StartOn(elsewhere_.path() + "/data", true).ok());
  WriteUntilItSays(kTrimmed);
  ASSERT_TRUE(disk_->LeaveFree(0).ok());
  WriteUntilItSays(kNotTrimmed);
  const size_t trimmed = Says(kTrimmed);
  WriteUntilItSays(kNotTrimmed);
  EXPECT_EQ(Says(kTrimmed), trimmed);
  Audit();

  ASSERT_TRUE(disk_->Resize(kRoomy).ok());
  WriteUntilItSays(kTrimmed);
  Audit();
  Stop();
  Verify();
}

TEST_F(FullArchiveDisk, OnTheLedgersOwnDiskItLeavesTheRoomThatClientsWritesNeed) {
  const std::string data = disk_->path() + "/data";
  ASSERT_TRUE(StartOn(data, false).ok());
  WriteUntilItSays(kSnapshot);
  WriteUntilItSays(kSnapshot);
  Stop();
  // A start archives what it has not: with this much free that would be the first step to a
  // refusal.
  ASSERT_TRUE(disk_->LeaveFree(kStorageRoomBytes - 1).ok());
  ASSERT_TRUE(StartOn(data, true).ok());
  EXPECT_TRUE(server_->Eventually([&] { return Says(kNotTrimmed) > 0; }));
  // What the log takes ahead of its first write would be the next step.
  ASSERT_TRUE(disk_->LeaveFree(2 * kStorageRoomBytes).ok());
  EXPECT_EQ(Write(NewCharge()), client::Code::kOk);
  EXPECT_EQ(client_->GetHealth().status, "ok");
  Audit();

  ASSERT_TRUE(disk_->Resize(2 * kRoomy).ok());
  WriteUntilItSays(kTrimmed);
  Audit();
  Stop();
  Verify();
}

TEST_F(FullDisk, WithoutAByteLeftNothingThatWasAnsweredIsLost) {
  ASSERT_TRUE(Start().ok());
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Write(NewCharge()), client::Code::kOk);
  ASSERT_TRUE(disk_->LeaveFree(kTight).ok());
  ASSERT_TRUE(EventuallyWritesAre(client::Code::kStorageFull));
  ASSERT_TRUE(disk_->LeaveFree(0).ok());
  Audit();
  server_->Kill();

  // A start on the full disk: it serves, from the reserve, or refuses as storage does; no more is
  // asked of it.
  if (const absl::Status status = Start(); status.ok()) {
    Audit();
    EXPECT_EQ(Write(NewCharge()), client::Code::kStorageFull);
    server_->Kill();
  } else {
    EXPECT_NE(std::string(status.message()).find("exit code 5,"), std::string::npos) << status;
  }

  ASSERT_TRUE(disk_->Resize(kRoomy).ok());
  ASSERT_TRUE(Start().ok());
  Audit();
  ASSERT_TRUE(EventuallyWritesAre(client::Code::kOk));
  Audit();
}

}  // namespace
}  // namespace wallet::crash
