#include "engine/past_balance.h"

#include "absl/strings/str_cat.h"

namespace wallet {
namespace {

bool IsCharge(const Transaction& transaction) {
  return transaction.type == TransactionType::kCharge;
}

__int128 SizeOf(const Transaction& transaction) {
  const __int128 amount = transaction.amount.value();
  return amount < 0 ? -amount : amount;
}

bool IsUnreleased(const Transaction& charge, Instant instant) {
  return charge.release_at && *charge.release_at > instant;
}

bool HasEnded(const Transaction& withdrawal) { return withdrawal.status() != Status::kPending; }

}  // namespace

PastBalance::Next PastBalance::Take(const Transaction& transaction, const Balance& after) {
  if (!anchor_at_ && (!anchor_before_ || transaction.created_at < *anchor_before_)) {
    anchor_at_ = transaction.created_at;
    anchor_ = after;
    total_ += after.total.value();
  }
  if (!anchor_at_) {
    AddAfterAnchor(transaction);
    return Next::kOlder;
  }
  if (IsAmbiguous(transaction)) {
    BeginAnew();
    return Next::kAnew;
  }
  AddBeforeAnchor(transaction);
  return IsComplete() ? Next::kDone : Next::kOlder;
}

absl::StatusOr<Balance> PastBalance::Finish() const {
  const Sum withdrawable = total_ - unreleased_ - held_;
  if (!IsComplete() || withdrawable < 0 || total_ > INT64_MAX) {
    return absl::DataLossError(absl::StrCat(
        "the transactions of an account do not add up to its balance of ",
        FormatRfc3339(anchor_at_.value_or(at_)), ": verify the directory, or restore a backup"));
  }
  return Balance{.total = Amount(static_cast<int64_t>(total_)),
                 .withdrawable = Amount(static_cast<int64_t>(withdrawable)),
                 .unreleased = Amount(static_cast<int64_t>(unreleased_)),
                 .held = Amount(static_cast<int64_t>(held_))};
}

PastBalance::Ended PastBalance::EndedBy(const Transaction& withdrawal, Instant instant) const {
  if (!HasEnded(withdrawal) || withdrawal.updated_at > instant) return Ended::kNo;
  return withdrawal.status() == Status::kCompleted ? Ended::kPaid : Ended::kFailed;
}

void PastBalance::AddAfterAnchor(const Transaction& transaction) {
  const Sum size = SizeOf(transaction);
  if (IsCharge(transaction)) {
    total_ += size;
    if (IsUnreleased(transaction, at_)) unreleased_ += size;
    return;
  }
  const Ended ended = EndedBy(transaction, at_);
  if (ended == Ended::kNo) held_ += size;
  if (ended == Ended::kPaid) total_ -= size;
}

void PastBalance::AddBeforeAnchor(const Transaction& transaction) {
  const Sum size = SizeOf(transaction);
  if (IsCharge(transaction)) {
    if (!IsUnreleased(transaction, *anchor_at_)) return;
    found_unreleased_ += size;
    if (IsUnreleased(transaction, at_)) unreleased_ += size;
    return;
  }
  if (EndedBy(transaction, *anchor_at_) != Ended::kNo) return;
  found_held_ += size;
  const Ended ended = EndedBy(transaction, at_);
  if (ended == Ended::kNo) held_ += size;
  if (ended == Ended::kPaid) total_ -= size;
}

// Where all that was held is known already, it does not matter.
bool PastBalance::IsAmbiguous(const Transaction& transaction) const {
  return !IsCharge(transaction) && HasEnded(transaction) && transaction.updated_at == *anchor_at_ &&
         found_held_ < anchor_.held.value();
}

bool PastBalance::IsComplete() const {
  return found_unreleased_ == anchor_.unreleased.value() && found_held_ == anchor_.held.value();
}

void PastBalance::BeginAnew() {
  anchor_before_ = anchor_at_;
  anchor_at_.reset();
  anchor_ = {};
  found_unreleased_ = found_held_ = 0;
  total_ = unreleased_ = held_ = 0;
}

}  // namespace wallet
