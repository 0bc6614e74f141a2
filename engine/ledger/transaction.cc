#include "engine/ledger/transaction.h"

#include <array>

namespace wallet {
namespace {

constexpr std::array<std::string_view, kSubstatusCount> kSubstatusNames = {
    "", "queued", "dispatching", "unknown", "inquiring", "review", "completed", "failed"};

}  // namespace

std::string_view ToString(TransactionType type) {
  switch (type) {
    case TransactionType::kCharge:
      return "charge";
    case TransactionType::kWithdraw:
      return "withdraw";
    case TransactionType::kReturn:
      return "return";
    case TransactionType::kReversal:
      return "reversal";
  }
  return "";
}

std::string_view ToString(Substatus substatus) {
  return kSubstatusNames[static_cast<size_t>(substatus)];
}

std::string_view ToString(Status status) {
  switch (status) {
    case Status::kPending:
      return "pending";
    case Status::kCompleted:
      return "completed";
    case Status::kFailed:
      return "failed";
  }
  return "";
}

std::optional<Substatus> ParseSubstatus(std::string_view name) {
  for (int i = 1; i < kSubstatusCount; ++i) {
    if (kSubstatusNames[i] == name) return static_cast<Substatus>(i);
  }
  return std::nullopt;
}

}  // namespace wallet
