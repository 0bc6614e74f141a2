// `walletctl verify`: checks a data directory at rest; the one command that needs no server.
#pragma once

#include <string>

#include "engine/verify/verify_report.h"

namespace wallet {

struct VerifyArguments {
  std::string directory, archive;
  bool json = false;
};

// What its exit codes mean is its own.
enum VerifyExit : int {
  kVerified = 0,
  kNothingToVerify = 2,
  kInUse = 3,
  kDifferent = 4,
};

int DoVerify(const VerifyArguments& arguments);

// The checks as an aligned table, each difference as a sentence below it, and the verdict.
std::string TextOf(const VerifyReport& report);
// {"verified":…,"checks":[{"check":…,"what":…,"count":…,"unit":…,"seconds":…,"result":…,
//   "differences":[…],"difference_count":…}]}
std::string JsonOf(const VerifyReport& report);

}  // namespace wallet
