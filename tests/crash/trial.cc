#include "tests/crash/trial.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/crash/at_rest.h"
#include "tests/crash/audit.h"
#include "tests/crash/script.h"
#include "tests/support/process.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kNow{0};
constexpr char kDone[] = "done";  // as a backup's state is told
// Of one call: a server that hangs fails the trial, not the whole run.
constexpr std::chrono::seconds kCallTimeout{20};

// All but the reserve, which is large, says nothing, and is made anew.
void CopyDirectory(const std::string& from, const std::string& to) {
  fs::create_directory(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    if (entry.path().filename() == "RESERVE") continue;
    fs::copy(entry.path(), fs::path(to) / entry.path().filename(), fs::copy_options::recursive);
  }
}

}  // namespace

std::vector<std::string> TrialFlags() {
  return {"--shards=2",
          absl::StrCat("--snapshot-events=", kScriptSnapshotEvents),
          "--snapshots-keep=1",
          "--hot-keys=300",  // so that most of the history is in the index
          "--bank-workers=4",
          "--bank-queue=60",
          "--bank-timeout=40ms",
          "--bank-backoff=2ms",
          "--bank-sim-latency=1ms",
          "--bank-sim-decline=0.2",
          "--bank-sim-lost-reply=0.15",
          "--log-level=info"};
}

Trial::Trial(std::vector<std::string> flags)
    : flags_(std::move(flags)), directory_(dir_.path() + "/data") {}

Trial::Trial(const Trial& other) : Trial(other, other.directory_, {}) {}

Trial::Trial(const Trial& other, const std::string& directory,
             const std::vector<std::string>& flags)
    : flags_(Joined(other.flags_, flags)),
      directory_(dir_.path() + "/data"),
      journal_(other.journal_),
      scripts_(other.scripts_) {
  if (fs::exists(directory)) CopyDirectory(directory, directory_);
}

absl::Status Trial::Start(const Surroundings& surroundings) {
  client_.reset();
  server_.reset();
  std::vector<std::string> flags = flags_;
  // Inside, so that it is copied and damaged with all the rest.
  flags.push_back("--archive=" + directory_ + "/archive");
  auto server = Walletd::Start(directory_, flags, surroundings);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  client_ = client::Client::Create(
      {.address = server_->binary(), .timeout = kCallTimeout, .retry = false});
  return absl::OkStatus();
}

void Trial::Work() {
  const Behind before = LookBehind();
  RunScript(*client_, absl::StrCat("s", ++scripts_, "-"), journal_);
  const bool settled = server_->Eventually([&] { return Settled(before); }, kCallTimeout);
  if (!settled && !server_->AwaitExit(kNow)) journal_.Problem("work never came to an end");
  MakeSet();
}

void Trial::MakeSet() {
  const std::string set = absl::StrCat(dir_.path(), "/set", scripts_);
  client::BackupAnswer answer = client_->BeginBackup({.directory = set, .earlier = set_});
  server_->Eventually(
      [&] {
        if (answer.ok() && answer.state == "running") answer = client_->GetBackup();
        return !answer.ok() || answer.state != "running";
      },
      kCallTimeout);
  set_end_ = answer.ok() ? absl::StrCat(answer.state, answer.error) : ToString(answer.code);
  if (!fs::exists(set)) {
    if (set_end_ == kDone) journal_.Problem("a backup is done, and not there");
    return;
  }
  const std::string wrong = ComplaintOf(VerifySet(set));
  if (!wrong.empty())
    journal_.Problem(absl::StrCat("a set (", set_end_, ") is not whole: ", wrong));
  set_ = set;
}

Trial::Behind Trial::LookBehind() const {
  return {NewestSnapshot(), NewestSegment(), CountOf("ALARM", server_->Logged())};
}

bool Trial::Settled(const Behind& before) {
  const client::HealthAnswer health = client_->GetHealth();
  if (!health.ok()) return false;
  for (const auto& [substatus, count] : health.by_substatus) {
    if (count > 0 && substatus != "review") return false;
  }
  const Behind now = LookBehind();
  return now.alarms > before.alarms ||
         (now.snapshot > before.snapshot && now.segment > before.segment);
}

void Trial::Audit() {
  const std::vector<client::Transaction> ledger = AuditLedger(*client_, journal_);
  // Of a ledger that could not be read whole, the book would only say what was not read.
  if (!journal_.problems().empty()) return;
  AuditBookAgainst(ledger, directory_ + "/bank-sim.book", journal_);
}

void Trial::AuditLedgerAlone() { AuditLedger(*client_, journal_); }

int Trial::Stop() {
  server_->Terminate();
  return End();
}

int Trial::End() {
  const std::optional<int> code = server_->AwaitExit(kCallTimeout);
  if (!code) {
    journal_.Problem("the server does not end");
    server_->Kill();
  }
  client_.reset();
  return code.value_or(-1);
}

void Trial::Recover() {
  if (absl::Status status = Start(); !status.ok()) return journal_.Problem(status.ToString());
  Audit();
  SettleLostTries(*client_, journal_);
  Work();
  if (set_end_ != kDone) journal_.Problem("no backup was made: " + set_end_);
  Audit();
  if (const int code = Stop(); code != 0) {
    journal_.Problem(absl::StrCat("stopped with ", code, ":\n", server_->Logged()));
  }
}

std::string Trial::Problems() const { return absl::StrJoin(journal_.problems(), "\n"); }

std::string Trial::Newest(const std::string& folder) const {
  std::string newest;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory_ + "/" + folder, none)) {
    const std::string name = entry.path().filename();
    if (!entry.path().has_extension() && name > newest) newest = name;
  }
  return newest;
}

size_t CountOf(std::string_view what, std::string_view text) {
  size_t count = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace wallet::crash
