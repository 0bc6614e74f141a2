// A ledger at rest with its archive, a backup set of an earlier day, and what an operator makes of
// them.
#pragma once

#include <string>

#include "tests/crash/at_rest.h"
#include "tests/crash/files.h"
#include "tests/crash/trial.h"

namespace wallet::crash {

class Vault {
 public:
  // Nothing yet.
  Vault() = default;
  // A copy of all of it.
  Vault(const Vault& other);

  // A life that ends in order, with the set of that day; then another one, killed with withdrawals
  // under way. Problems are the trial's.
  void Make();

  Trial& trial() { return trial_; }
  const Trial& trial() const { return trial_; }
  const std::string& data() const { return trial_.directory(); }
  std::string archive() const { return data() + "/archive"; }
  std::string earlier_set() const { return Path("earlier"); }
  // Beside the ledger's directory.
  std::string Path(const std::string& name) const;

  // What the ledger was when the earlier set was made, somewhat before that, and is now.
  const Moment& at_set() const { return at_set_; }
  const Moment& before() const { return before_; }
  const Moment& now() const { return now_; }

  // What nobody may have touched, as it is; the log of the ledger aside, which tidies up after the
  // kill.
  Files Untouchable() const;
  // Of the ledger, its archive and the earlier set: what does not verify; empty is well.
  std::string Verify() const;

  // Starts the ledger that was restored into `directory`, has its unfinished withdrawals asked
  // about, and stops it. What is wrong, empty is well: nothing that was accepted before the restore
  // may be paid because of it. A ledger restored `whole` is audited and works on, too.
  std::string Revive(const std::string& directory, bool whole) const;

 private:
  void LeaveWithdrawalsUnderWay();

  Trial trial_;
  Moment at_set_, before_, now_;
};

}  // namespace wallet::crash
