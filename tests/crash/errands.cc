#include "tests/crash/errands.h"

#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/restore/restore.h"
#include "tests/support/process.h"
#include "wal/base/clock.h"
#include "wal/base/random.h"

namespace wallet::crash {
namespace {

namespace fs = std::filesystem;

constexpr char kMain[] = "main";

std::string IfThere(const std::string& path) { return fs::exists(path) ? path : ""; }

std::string NotAt(const absl::StatusOr<Moment>& found, const Moment& expected) {
  if (!found.ok()) return found.status().ToString();
  if (*found == expected) return "";
  return absl::StrCat("it came to ", Describe(*found), ", not to ", Describe(expected));
}

// A set is as good as what is restored from it.
std::string JudgeSet(const Vault& vault, const std::string& set) {
  if (std::string wrong = ComplaintOf(VerifySet(set)); !wrong.empty()) return wrong;
  const TempDir temp;
  const auto report = Restore({PosixFileSystem(), SystemClock(), SystemRandom()},
                              {.from = set, .to = temp.path() + "/restored"},
                              [](RestoreStep, uint64_t, uint64_t) { return true; });
  if (!report.ok()) return report.status().ToString();
  return NotAt(Moment{report->position, report->digest}, vault.now());
}

std::string JudgeRestored(const Vault& vault, const std::string& directory, const Moment& moment,
                          bool whole) {
  std::string wrong = ComplaintOf(VerifyLedger(directory, ""));
  if (wrong.empty()) wrong = NotAt(Loaded(directory), moment);
  if (wrong.empty()) wrong = vault.Revive(directory, whole);
  return wrong;
}

Errand Snapshot() {
  return {"snapshot", [](const Vault& vault) { return TakeSnapshot(vault.data()); },
          [](const Vault& vault) {
            const std::string newest = vault.trial().NewestSnapshot();
            return newest.empty() ? "" : vault.data() + "/snapshots/" + newest;
          },
          [](const Vault& vault, const std::string& snapshot) {
            std::string wrong = ComplaintOf(VerifySet(snapshot));
            if (wrong.empty()) wrong = NotAt(Loaded(vault.data()), vault.now());
            if (!wrong.empty()) return wrong;
            Trial goes_on(vault.trial());
            goes_on.Recover();
            return goes_on.Problems();
          }};
}

Errand Backup(const std::string& name, bool incremental) {
  return {name,
          [incremental](const Vault& vault) {
            return CreateSet(vault.data(), vault.Path("set"),
                             incremental ? vault.earlier_set() : "");
          },
          [](const Vault& vault) { return IfThere(vault.Path("set")); }, JudgeSet};
}

// `what` tells source, archive and moment.
struct Restoring {
  std::function<std::string(const Vault&)> from, archive, until;
  const Moment& (Vault::*moment)() const;
  bool whole = false;
};

Errand RestoreErrand(const std::string& name, const Restoring& what) {
  return {name,
          [what](const Vault& vault) {
            return RestoreTo(vault.Path("restored"), what.from(vault), what.archive(vault),
                             what.until(vault));
          },
          [](const Vault& vault) { return IfThere(vault.Path("restored")); },
          [what](const Vault& vault, const std::string& directory) {
            return JudgeRestored(vault, directory, (vault.*what.moment)(), what.whole);
          }};
}

std::string None(const Vault&) { return ""; }
std::string Data(const Vault& vault) { return vault.data(); }
std::string EarlierSet(const Vault& vault) { return vault.earlier_set(); }
std::string Archive(const Vault& vault) { return vault.archive(); }
std::string Before(const Vault& vault) { return absl::StrCat(vault.before().position.value()); }

Finished RunTraced(const Command& command, const std::string& record,
                   const std::optional<Fault>& fault) {
  Command traced = TraceFromStart(record, fault);
  traced.insert(traced.end(), command.begin(), command.end());
  return RunToEnd(traced);
}

// Removes what `message` names of the temporaries beside the final name; whether there was one.
bool RemoveNamed(const Vault& vault, const std::string& message) {
  bool removed = false;
  for (const auto& entry : fs::directory_iterator(vault.trial().home())) {
    const std::string path = entry.path();
    if (!absl::EndsWith(path, ".tmp") || !absl::StrContains(message, path)) continue;
    fs::remove_all(path);
    removed = true;
  }
  return removed;
}

// As an operator does it who reads what he is told.
std::string DoAgain(const Errand& errand, const Vault& vault) {
  const bool there = !errand.product(vault).empty();
  const Command command = errand.command(vault);
  Finished finished = RunToEnd(command);
  if (finished.code != 0 && RemoveNamed(vault, finished.error)) finished = RunToEnd(command);
  if (finished.code == 0) return "";
  const bool refused = there && absl::StrContains(finished.error, errand.product(vault));
  return refused ? "" : absl::StrCat("not done again: ", finished.error);
}

// Whatever has become of the errand.
std::string Judge(const Errand& errand, const Vault& vault, const Files& untouchable) {
  if (vault.Untouchable() != untouchable) return "what it reads has changed";
  if (std::string wrong = vault.Verify(); !wrong.empty()) return wrong;
  std::string product = errand.product(vault);
  if (!product.empty()) {
    std::string wrong = ComplaintOf(fs::is_directory(product) && fs::exists(product + "/LEDGER")
                                        ? VerifyLedger(product, "")
                                        : VerifySet(product));
    if (!wrong.empty()) return "half done: " + wrong;
  }
  if (std::string wrong = DoAgain(errand, vault); !wrong.empty()) return wrong;
  product = errand.product(vault);
  if (product.empty()) return "nothing was made";
  return errand.judge(vault, product);
}

}  // namespace

std::vector<Errand> AllErrands() {
  return {Snapshot(),
          Backup("backup", false),
          Backup("increment", true),
          RestoreErrand("of-set", {EarlierSet, None, None, &Vault::at_set}),
          RestoreErrand("of-ledger", {Data, None, None, &Vault::now, /*whole=*/true}),
          RestoreErrand("of-moment", {Data, Archive, Before, &Vault::before})};
}

std::vector<Point> FindErrandPoints(const std::vector<Errand>& errands, const Vault& base) {
  std::vector<Point> points;
  for (const Errand& errand : errands) {
    const Vault vault(base);
    const TempDir temp;
    const std::string record = temp.path() + "/record";
    if (RunTraced(errand.command(vault), record, std::nullopt).code != 0) continue;
    for (const auto& [call, numbers] : CallsIn(record, vault.trial().home())) {
      for (const int64_t when : numbers) points.push_back({errand.name, kMain, call, when});
    }
  }
  return points;
}

Hurt HurtErrandAt(const Point& point, const std::string& effect, const Errand& errand,
                  const Vault& base) {
  const Vault vault(base);
  const Files untouchable = vault.Untouchable();
  const TempDir temp;
  const std::string record = temp.path() + "/record";
  const Finished finished =
      RunTraced(errand.command(vault), record,
                Fault{.call = point.call, .when = point.when, .effect = effect});
  Hurt hurt{.reached = Hit(record, vault.trial().home()),
            .code = finished.code,
            .logged = finished.error};
  hurt.problems = Judge(errand, vault, untouchable);
  return hurt;
}

}  // namespace wallet::crash
