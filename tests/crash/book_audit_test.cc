// The comparison of ledger and bank: it must see every way in which the two can disagree.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/crash/audit.h"
#include "tests/support/temp_dir.h"

namespace wallet::crash {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class BookAuditTest : public testing::Test {
 protected:
  static BookEntry Entry(BookMark mark, int64_t id, int64_t amount = 40) {
    return {mark,           absl::StrCat("w-abcdefgh-7-", id),
            UserId(7),      *Currency::Parse("USD"),
            Amount(amount), Instant(1)};
  }

  static client::Transaction Withdrawal(int64_t id, std::string status) {
    client::Transaction transaction;
    transaction.id = id;
    transaction.user_id = 7;
    transaction.type = "withdraw";
    transaction.currency = "USD";
    transaction.amount = -40;
    transaction.status = std::move(status);
    transaction.reference = absl::StrCat("w-abcdefgh-7-", id);
    return transaction;
  }

  std::vector<std::string> ProblemsOf(const std::vector<client::Transaction>& ledger,
                                      const std::vector<BookEntry>& book) {
    const std::string path = dir_.path() + "/book";
    BookEnd end;
    std::string bytes = BookStart(end);
    for (const BookEntry& entry : book) AppendBookLine(entry, end, bytes);
    std::ofstream(path) << bytes;
    Journal journal;
    AuditBookAgainst(ledger, path, journal);
    return journal.problems();
  }

  TempDir dir_;
};

TEST_F(BookAuditTest, IsContentWhenEveryEndHasItsProof) {
  EXPECT_THAT(
      ProblemsOf({Withdrawal(1, "completed"), Withdrawal(2, "failed"), Withdrawal(3, "failed"),
                  Withdrawal(4, "pending"), Withdrawal(5, "pending"), Withdrawal(6, "pending")},
                 {Entry(BookMark::kPaid, 1), Entry(BookMark::kDeclined, 2),
                  Entry(BookMark::kPaid, 4), Entry(BookMark::kDeclined, 5)}),
      IsEmpty());
}

TEST_F(BookAuditTest, SeesWhatWasPaidTwice) {
  EXPECT_THAT(ProblemsOf({Withdrawal(1, "completed")},
                         {Entry(BookMark::kPaid, 1), Entry(BookMark::kPaid, 1)}),
              Contains(HasSubstr("w-abcdefgh-7-1")));
}

TEST_F(BookAuditTest, SeesCompletedWithoutAPayment) {
  EXPECT_THAT(ProblemsOf({Withdrawal(1, "completed")}, {}),
              Contains(HasSubstr("completed, but not paid")));
  EXPECT_THAT(ProblemsOf({Withdrawal(1, "completed")}, {Entry(BookMark::kDeclined, 1)}),
              Contains(HasSubstr("completed, but not paid")));
}

TEST_F(BookAuditTest, SeesFailedWithAPayment) {
  EXPECT_THAT(ProblemsOf({Withdrawal(1, "failed")}, {Entry(BookMark::kPaid, 1)}),
              Contains(HasSubstr("failed, but paid")));
}

TEST_F(BookAuditTest, SeesAPaymentWithoutItsWithdrawal) {
  EXPECT_THAT(ProblemsOf({}, {Entry(BookMark::kPaid, 1)}),
              Contains(HasSubstr("the ledger does not")));
}

TEST_F(BookAuditTest, SeesAnotherAmount) {
  EXPECT_THAT(ProblemsOf({Withdrawal(1, "completed")}, {Entry(BookMark::kPaid, 1, 41)}),
              Contains(HasSubstr("asked for something else")));
}

TEST_F(BookAuditTest, SeesAMissingBook) {
  Journal journal;
  AuditBookAgainst({}, dir_.path() + "/none", journal);
  EXPECT_THAT(journal.problems(), Contains(HasSubstr("none")));
}

}  // namespace
}  // namespace wallet::crash
