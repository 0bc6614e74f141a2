// Whether a section of a snapshot would load, in little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "engine/ledger/digest.h"
#include "engine/ledger/ledger_state.h"
#include "engine/ledger/section_loader.h"

namespace wallet {

// Reads a section as a LedgerLoader does, and keeps of it only what it must see again: a few MiB,
// however large the ledger is. So it can't see by itself that a user comes twice, or that a hold
// belongs to no withdrawal: such a section has another digest than the ledger had at the cut. One
// thread.
class SectionCheck {
 public:
  // `number` is for messages. Of `kept` withdrawals, and users whose lots come in pieces, all are
  // forgotten.
  explicit SectionCheck(size_t number, size_t kept = kKept);
  SectionCheck(const SectionCheck&) = delete;

  // kDataLoss, kUnimplemented: as LedgerLoader::Add; final.
  absl::Status Add(std::string_view bytes);

  // OK once all of it was read and its counts, conservation and digest are what its end says.
  absl::Status Finish() const { return loader_.Finish(); }

  // What that is, once Finish was OK.
  Digest digest() const { return loader_.end().digest; }
  int64_t accounts() const { return loader_.end().accounts; }
  int64_t open_withdrawals() const { return loader_.end().open; }

 private:
  static constexpr size_t kKept = 40'000;  // what a chunk of the user table holds

  void Forget();

  const size_t kept_;
  std::unique_ptr<LedgerState> read_;
  LoadTarget target_;
  SectionLoader loader_;
};

}  // namespace wallet
