#include "engine/batch.h"

#include <variant>

namespace wallet {
namespace {

// What both kinds of writes have in common.
template <class Write>
void FillCommon(const Write& write, Transaction& transaction) {
  transaction.user = write.user;
  transaction.currency = write.currency;
  transaction.amount = write.amount;
  transaction.key = write.key;
  transaction.description = write.description;
}

void Fill(const Charge& charge, Transaction& transaction) {
  FillCommon(charge, transaction);
  transaction.type = TransactionType::kCharge;
  transaction.release_at = charge.release_at;
}

void Fill(const Withdraw& withdraw, Transaction& transaction) {
  FillCommon(withdraw, transaction);
  transaction.type = TransactionType::kWithdraw;
  transaction.substatus = Substatus::kQueued;
  transaction.amount = Amount(-withdraw.amount.value());
  transaction.destination = withdraw.destination;
}

}  // namespace

// Made in its place: it is large, and asked for with every answer.
std::optional<Transaction> Result::transaction() const {
  std::optional<Transaction> transaction;
  if (found_) {
    transaction = *found_;
  } else if (created_.operation != nullptr) {
    Transaction& made = transaction.emplace();
    if (const auto* charge = std::get_if<Charge>(created_.operation)) {
      Fill(*charge, made);
    } else {
      Fill(std::get<Withdraw>(*created_.operation), made);
    }
    made.id = created_.id;
    made.epoch = created_.epoch;
    made.created_at = created_.at;
    made.updated_at = created_.at;
  }
  return transaction;
}

bool IsLeft(const Operation& operation, const Result& result) {
  const auto* read = std::get_if<ReadBalance>(&operation);
  return read != nullptr && result.outcome == Outcome::kOk && !result.balance;
}

}  // namespace wallet
