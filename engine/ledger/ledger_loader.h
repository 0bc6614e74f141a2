// From a snapshot's sections back to ledgers, of any number.
//
//   LedgerLoader loader(ledgers, [](UserId user) { return which; }, sections);
//   loader.Add(section, slice);  // … sections in any order, slices cut anywhere
//   loader.Finish();
//
// When each shard's section goes into the ledger of that shard again, there can be a loader for
// each, all at work at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/section_loader.h"
#include "engine/ledger/types.h"

namespace wallet {

// One thread. Bytes are not trusted: whatever they are, the answer is a loaded ledger equal to the
// one written, or an error that says which section is wrong where, and why. The first error is
// final, and the ledgers are then fit for nothing but being destroyed.
//
// kDataLoss: damaged, cut, of other users, or not what its end says. kUnimplemented: written by a
// newer program; both versions are named.
class LedgerLoader {
 public:
  // The ledgers must be empty and outlive the loader. `ledger_of`: which of them a user belongs to;
  // a number too large for none, which refuses the snapshot. All `sections` ≥ 1 must be there.
  //
  // What is a sum over all users goes to the ledgers such that it adds up over them: the keys'
  // digest and what was paid out to the first, what was charged to where it is now. So any one's
  // digest depends on who they were loaded with, and the sum of all does not.
  LedgerLoader(const std::vector<Ledger*>& ledgers, std::function<size_t(UserId)> ledger_of,
               size_t sections);

  absl::Status Add(size_t section, std::string_view bytes);

  // When all bytes were added. Checks that all sections are whole, and that every hold belongs to
  // open withdrawals; counts, conservation (in 128 bits) and digest of each section were checked at
  // its end.
  absl::Status Finish();

  // Of all sections: what the ledgers' DigestAt(kMinInstant) add up to once Finish was OK.
  Digest digest() const { return digest_; }
  Instant last_stamp() const { return last_stamp_; }  // the highest of all sections; as above

 private:
  absl::Status FinishSections();
  void GiveFlows();
  absl::Status CheckLedger(const LedgerState& ledger) const;

  LoadTarget target_;
  std::vector<SectionLoader> sections_;
  absl::Status status_;
  Digest digest_;
  Instant last_stamp_;
};

}  // namespace wallet
