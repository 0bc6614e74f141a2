#include "engine/batch.h"

#include <variant>

namespace wallet {
namespace {

// What both kinds of writes have in common.
template <class Write>
Transaction Common(const Write& write) {
  Transaction transaction;
  transaction.user = write.user;
  transaction.currency = write.currency;
  transaction.amount = write.amount;
  transaction.key = write.key;
  transaction.description = write.description;
  return transaction;
}

Transaction NewTransaction(const Charge& charge) {
  Transaction transaction = Common(charge);
  transaction.type = TransactionType::kCharge;
  transaction.release_at = charge.release_at;
  return transaction;
}

Transaction NewTransaction(const Withdraw& withdraw) {
  Transaction transaction = Common(withdraw);
  transaction.type = TransactionType::kWithdraw;
  transaction.substatus = Substatus::kQueued;
  transaction.amount = Amount(-withdraw.amount.value());
  transaction.destination = withdraw.destination;
  return transaction;
}

}  // namespace

std::optional<Transaction> Result::transaction() const {
  if (found_) return *found_;
  if (created_.operation == nullptr) return std::nullopt;
  const auto* charge = std::get_if<Charge>(created_.operation);
  Transaction transaction =
      charge ? NewTransaction(*charge) : NewTransaction(std::get<Withdraw>(*created_.operation));
  transaction.id = created_.id;
  transaction.epoch = created_.epoch;
  transaction.created_at = created_.at;
  transaction.updated_at = created_.at;
  return transaction;
}

bool IsLeft(const Operation& operation, const Result& result) {
  const auto* read = std::get_if<ReadBalance>(&operation);
  return read != nullptr && result.outcome == Outcome::kOk && !result.balance;
}

}  // namespace wallet
