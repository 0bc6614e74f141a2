#include "tests/simulation/restored_life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulation/translate.h"

namespace wallet::simulation {
namespace {

constexpr Epoch kNewEpoch(8);
// Within this everything ends, or goes to review.
constexpr int64_t kMostRestUs = 3'600 * kSecond;

// The first records, of a log that was never trimmed.
LogDisk PrefixOf(const LogDisk& before, size_t records) {
  LogDisk disk;
  disk.records.assign(before.records.begin(),
                      before.records.begin() + static_cast<ptrdiff_t>(records));
  return disk;
}

}  // namespace

// Somebody's write, of whose answer only the log is asked.
class RestoredLife::Write final : public Batch {
 public:
  explicit Write(Call call) : call_(std::move(call)) { operations.push_back(OperationOf(call_)); }
  void Complete(std::unique_ptr<Batch>) override {}

 private:
  const Call call_;
};

RestoredLife::RestoredLife(Core& core, const LogDisk& before, const Clock& clock,
                           std::vector<SimulatedBank*> banks, std::function<void()> step)
    : core_(core),
      clock_(clock),
      banks_(std::move(banks)),
      step_(std::move(step)),
      random_(core.random.Fork()),
      engine_random_(core.random.Fork()),
      disk_(PrefixOf(before, random_.Next() % (before.records.size() + 1))),
      watch_(core.clock, core.problems),
      reader_(disk_),
      bank_(random_.Pick(banks_)) {}

RestoredLife::~RestoredLife() { End(); }

void RestoredLife::Run() {
  core_.trace.Note("restored life", {}, {static_cast<int64_t>(disk_.end().value())});
  watch_.AllowBlindInquiries();
  for (SimulatedBank* bank : banks_) bank->Tell(watch_);
  OnDurable();
  for (auto& [name, withdrawal] : withdrawals_) {
    withdrawal.was_in_review = withdrawal.substatus == "review";
  }
  began_ = true;
  if (!Open(true)) return;
  Ask();
  Pass(60 * kSecond);
  if (watch_.calls() > 0) core_.problems.Report({}, "a bank that is paused was called");
  End();
  if (!Open(false)) return;
  Ask();
  const int64_t bound_us = core_.clock.steady_us() + kMostRestUs;
  while (!core_.problems.any() && !AtRest()) {
    step_();
    if (core_.clock.steady_us() < bound_us) continue;
    core_.problems.Report({}, "after a restore: a withdrawal did not come to its end");
  }
  Pass(kSecond);
  End();
  if (!core_.problems.any()) Judge();
}

bool RestoredLife::Open(bool paused) {
  EngineOptions options;
  options.shards = static_cast<int>(random_.Range(1, 4));
  options.default_currency = *Currency::Parse("USD");
  options.epoch = kNewEpoch;
  options.bank_queue = 1'000;
  options.dispatcher.workers = random_.Range(1, 3);
  options.dispatcher.call_timeout_us = core_.knobs.start.call_timeout_us;
  options.dispatcher.backoff_us = core_.knobs.start.backoff_us;
  options.bank_paused = paused;
  options.accept_clock = true;
  log_ = std::make_unique<SimLog>(core_, disk_, random_.Fork(), [this] { OnDurable(); });
  log_->Heal();
  EngineEnvironment environment;
  environment.log = log_.get();
  environment.clock = &clock_;
  environment.random = &engine_random_;
  environment.bank = bank_;
  environment.make_executor = [this](const std::string&) { return core_.scheduler.MakeExecutor(); };
  auto opened = Engine::Open(options, std::move(environment));
  if (opened.ok()) engine_ = *std::move(opened);
  if (!engine_) core_.problems.Report({}, "after a restore: " + opened.status().ToString());
  return engine_ != nullptr;
}

// As kill -9.
void RestoredLife::End() {
  if (!log_) return;
  core_.scheduler.KillWallet();
  log_->Crash();
  engine_.reset();
  log_.reset();
  OnDurable();
}

// Numbers are issued again, to other requests.
void RestoredLife::Ask() {
  for (const int64_t user : users_) {
    for (const bool withdraw : {false, true}) {
      Call call;
      call.request = {.withdraw = withdraw,
                      .user = user,
                      .amount = random_.LogRange(1, 1'000) + (withdraw ? 0 : 1'000),
                      .key = absl::StrCat("restored-", ++asked_),
                      .currency = "USD"};
      engine_->Submit(engine_->ShardOf(UserId(user)), std::make_unique<Write>(std::move(call)));
    }
  }
}

void RestoredLife::Pass(int64_t us) {
  const int64_t end_us = core_.clock.steady_us() + us;
  while (!core_.problems.any() && core_.clock.steady_us() < end_us) step_();
}

bool RestoredLife::AtRest() const {
  const Health health = engine_->GetHealth();
  for (int i = 0; i < kSubstatusCount; ++i) {
    if (static_cast<Substatus>(i) != Substatus::kReview && health.by_substatus[i] > 0) return false;
  }
  return true;
}

void RestoredLife::OnDurable() {
  std::vector<Fact> facts;
  const absl::Status status = reader_.ReadNew(facts);
  if (!status.ok()) core_.problems.Report({}, status.ToString());
  for (const Fact& fact : facts) {
    watch_.OnDurable(fact);
    OnFact(fact);
  }
}

void RestoredLife::OnFact(const Fact& fact) {
  users_.insert(fact.user);
  const Name name{fact.user, fact.id};
  if (fact.created) {
    if (!fact.request.withdraw) return;
    withdrawals_[name] = {.reference = fact.reference, .request = fact.request, .of_old = !began_};
    return;
  }
  Withdrawal& withdrawal = withdrawals_.at(name);
  const std::string from = std::exchange(withdrawal.substatus, fact.move.to);
  if (!fact.move.bank.empty()) withdrawal.bank = fact.move.bank;
  if (!began_) return;
  const Subject subject{fact.user, fact.id};
  if (withdrawal.of_old && fact.move.to == "dispatching") {
    core_.problems.Report(subject, "sent again after a restore: " + withdrawal.reference);
  }
  const std::string why = watch_.Evidence(fact, from);
  if (!why.empty()) core_.problems.Report(subject, "after a restore: " + why);
}

void RestoredLife::Judge() {
  std::set<std::string> references;
  for (const auto& [name, withdrawal] : withdrawals_) {
    if (!references.insert(withdrawal.reference).second) {
      core_.problems.Report({name.first, name.second}, withdrawal.reference + " was used again");
    }
    JudgeOne(withdrawal);
  }
}

void RestoredLife::JudgeOne(const Withdrawal& withdrawal) const {
  int64_t payments = 0;
  bool known = false;
  const Subject subject{withdrawal.request.user};
  for (const SimulatedBank* bank : banks_) {
    const auto it = bank->book().find(withdrawal.reference);
    if (it == bank->book().end()) continue;
    payments += it->second.payments;
    if (it->second.user == 0) continue;  // it never arrived
    known |= bank == bank_;
    if (it->second.amount != withdrawal.request.amount ||
        it->second.user != withdrawal.request.user) {
      core_.problems.Report(subject, withdrawal.reference + " is known as something else");
    }
  }
  const int64_t least = withdrawal.substatus == "completed" ? 1 : 0;
  const int64_t most = withdrawal.substatus == "failed" ? 0 : 1;
  if (payments < least || payments > most) {
    core_.problems.Report(
        subject, absl::StrCat("after a restore, ", withdrawal.reference, " is ",
                              withdrawal.substatus, ", and was paid ", payments, " times"));
  }
  const bool ours = withdrawal.bank.empty() || withdrawal.bank == bank_->name();
  if (withdrawal.substatus == "review" && !withdrawal.was_in_review && ours && known) {
    core_.problems.Report(subject, withdrawal.reference + " went to review, but the bank knows it");
  }
}

}  // namespace wallet::simulation
