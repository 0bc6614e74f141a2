#include "tests/engine/bank/book_agreement.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/bank/sim_book.h"
#include "engine/ledger/event.h"
#include "gtest/gtest.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

struct Withdrawal {
  std::string reference;
  Amount amount;
  Currency currency;
  Substatus last = Substatus::kQueued;
};

std::vector<Withdrawal> WithdrawalsOn(const LedgerDisk& disk) {
  std::map<std::pair<UserId, TransactionId>, Withdrawal> all;
  for (const std::string& bytes : disk.events) {
    Reader reader(bytes);
    const Event event = DecodeEvent(reader, Instant(0));
    Withdrawal& withdrawal = all[{event.user, event.id}];
    if (event.type == EventType::kCharged) {
      all.erase({event.user, event.id});
    } else if (event.type == EventType::kWithdrawalRequested) {
      withdrawal = {Reference(event.epoch, event.user, event.id), event.amount, event.currency};
    } else {
      withdrawal.last = event.to;
    }
  }
  std::vector<Withdrawal> list;
  for (auto& [id, withdrawal] : all) list.push_back(std::move(withdrawal));
  return list;
}

std::map<std::string, BookEntry> PaymentsIn(std::string_view book) {
  const auto entries = ReadBook(book);
  EXPECT_TRUE(entries.ok()) << entries.status();
  EXPECT_TRUE(AuditBook(*entries).ok()) << AuditBook(*entries);
  std::map<std::string, BookEntry> paid;
  for (const BookEntry& entry : *entries) {
    if (entry.mark == BookMark::kPaid) paid.emplace(entry.reference, entry);
  }
  return paid;
}

void Count(Substatus substatus, Tally& tally) {
  if (substatus == Substatus::kCompleted) {
    ++tally.completed;
  } else if (substatus == Substatus::kFailed) {
    ++tally.failed;
  } else if (substatus == Substatus::kReview) {
    ++tally.in_review;
  } else {
    ++tally.open;
  }
}

}  // namespace

Tally ExpectBookAgrees(const LedgerDisk& disk, std::string_view book) {
  Tally tally;
  std::map<std::string, BookEntry> paid = PaymentsIn(book);
  for (const Withdrawal& withdrawal : WithdrawalsOn(disk)) {
    Count(withdrawal.last, tally);
    const auto payment = paid.extract(withdrawal.reference);
    if (withdrawal.last == Substatus::kCompleted) {
      EXPECT_FALSE(payment.empty()) << withdrawal.reference << " completed, but not paid";
    }
    if (withdrawal.last == Substatus::kFailed) {
      EXPECT_TRUE(payment.empty()) << withdrawal.reference << " failed, but paid";
    }
    if (payment.empty()) continue;
    EXPECT_EQ(payment.mapped().amount, withdrawal.amount);
    EXPECT_EQ(payment.mapped().currency, withdrawal.currency);
  }
  EXPECT_TRUE(paid.empty()) << paid.begin()->first << " was paid, but never asked for";
  return tally;
}

}  // namespace wallet
