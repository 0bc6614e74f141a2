#include "tests/crash/vault.h"

#include <filesystem>
#include <future>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/crash/audit.h"
#include "tests/crash/request.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr char kBook[] = "/bank-sim.book";
constexpr int kLeftOpen = 6;

// The value, or a problem of the trial.
Moment OrProblem(const absl::StatusOr<Moment>& moment, Trial& trial) {
  if (moment.ok()) return *moment;
  trial.journal().Problem(moment.status().ToString());
  return {};
}

// All withdrawals have ended, or wait for somebody.
bool IsSettled(client::Client& client) {
  const client::HealthAnswer health = client.GetHealth();
  if (!health.ok()) return false;
  for (const auto& [substatus, count] : health.by_substatus) {
    if (count > 0 && substatus != "review") return false;
  }
  return true;
}

// Asks the bank about what was under way, and sends nothing.
void AskTheBank(Trial& trial) {
  const std::string book = trial.directory() + kBook;
  const std::set<std::string> paid = PaidReferences(book, trial.journal());
  if (const absl::Status status = trial.Start(); !status.ok()) {
    return trial.journal().Problem(status.ToString());
  }
  if (!trial.server().Eventually([&] { return IsSettled(trial.client()); })) {
    trial.journal().Problem("withdrawals never came to an end");
  }
  if (const int code = trial.Stop(); code != 0) {
    trial.journal().Problem(absl::StrCat("stopped with ", code, ":\n", trial.server().Logged()));
  }
  if (PaidReferences(book, trial.journal()) != paid) {
    trial.journal().Problem("a withdrawal from before the restore was paid because of it");
  }
}

}  // namespace

Vault::Vault(const Vault& other)
    : trial_(other.trial_), at_set_(other.at_set_), before_(other.before_), now_(other.now_) {
  if (fs::exists(other.earlier_set())) {
    fs::copy(other.earlier_set(), earlier_set(), fs::copy_options::recursive);
  }
}

std::string Vault::Path(const std::string& name) const { return trial_.home() + "/" + name; }

void Vault::Make() {
  trial_.Recover();
  if (std::string wrong = ComplaintOf(CreateSet(data(), earlier_set(), "")); !wrong.empty()) {
    return trial_.journal().Problem(wrong);
  }
  at_set_ = OrProblem(Replayed(data(), archive(), std::nullopt), trial_);
  before_ = OrProblem(Replayed(data(), archive(), Position(at_set_.position.value() / 3)), trial_);
  if (const absl::Status status = trial_.Start(); !status.ok()) {
    return trial_.journal().Problem(status.ToString());
  }
  trial_.Work();
  LeaveWithdrawalsUnderWay();
  now_ = OrProblem(Replayed(data(), archive(), std::nullopt), trial_);
}

void Vault::LeaveWithdrawalsUnderWay() {
  for (int i = 0; i < kLeftOpen; ++i) {
    const client::Withdraw withdraw{
        .user_id = 1 + i, .amount = 1, .idempotency_key = absl::StrCat("left-", i)};
    trial_.journal().Sending(withdraw);
    trial_.journal().Ended(withdraw, Send(trial_.client(), withdraw));
  }
  trial_.server().Kill();
}

Files Vault::Untouchable() const {
  Files files = ReadFiles(data());
  std::erase_if(files, [](const auto& file) {
    return file.first.starts_with("log/") || file.first.starts_with("snapshots/") ||
           file.first == "MARK" || file.first.ends_with("LOCK");
  });
  for (const std::string& name : {std::string("snapshots"), std::string("../earlier")}) {
    for (auto& [path, bytes] : ReadFiles(data() + "/" + name)) {
      files[name + "/" + path] = std::move(bytes);
    }
  }
  return files;
}

std::string Vault::Verify() const {
  return absl::StrCat(ComplaintOf(VerifyLedger(data(), archive())),
                      ComplaintOf(VerifySet(earlier_set())));
}

std::string Vault::Revive(const std::string& directory, bool whole) const {
  Trial revived(trial_, directory, {"--resume-bank"});
  // A set has none; as its restore says.
  fs::copy_file(data() + kBook, revived.directory() + kBook, fs::copy_options::overwrite_existing);
  AskTheBank(revived);
  if (whole && revived.Problems().empty()) revived.Recover();
  std::string problems = revived.Problems();
  if (problems.empty()) problems = ComplaintOf(VerifyLedger(revived.directory(), ""));
  return problems;
}

}  // namespace wallet::crash
