// The auditor itself: it must cry out at everything a server could do wrong.

#include "tests/crash/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wallet::crash {
namespace {

using client::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kUser = 7;

client::Charge AskFor(std::string key, int64_t amount = 100) {
  return {.user_id = kUser, .amount = amount, .idempotency_key = std::move(key)};
}

client::Withdraw AskOut(std::string key, int64_t amount = 40) {
  return {.user_id = kUser, .amount = amount, .idempotency_key = std::move(key)};
}

client::Transaction Done(int64_t id, const client::Charge& charge) {
  client::Transaction transaction;
  transaction.id = id;
  transaction.user_id = charge.user_id;
  transaction.currency = kDefaultCurrency;
  transaction.type = "charge";
  transaction.status = "completed";
  transaction.amount = charge.amount;
  transaction.idempotency_key = charge.idempotency_key;
  return transaction;
}

client::Transaction Done(int64_t id, const client::Withdraw& withdraw, std::string status,
                         std::string substatus) {
  client::Transaction transaction = Done(id, AskFor(withdraw.idempotency_key, -withdraw.amount));
  transaction.type = "withdraw";
  transaction.status = std::move(status);
  transaction.substatus = std::move(substatus);
  return transaction;
}

client::WriteAnswer Answer(Code code, std::optional<client::Transaction> transaction = {}) {
  client::WriteAnswer answer;
  answer.code = code;
  answer.position = "p";
  answer.transaction = std::move(transaction);
  if (answer.transaction) answer.balance = client::Balance{.currency = kDefaultCurrency};
  return answer;
}

class JournalTest : public testing::Test {
 protected:
  void Try(const Request& request, const client::WriteAnswer& answer) {
    journal_.Sending(request);
    journal_.Ended(request, answer);
  }
  void Accept(int64_t id, const client::Charge& charge) {
    Try(charge, Answer(Code::kOk, Done(id, charge)));
  }

  auto Complains(const std::string& about) { return testing::Contains(HasSubstr(about)); }

  Journal journal_;
};

TEST_F(JournalTest, IsContentWithAServerThatKeepsItsWord) {
  const client::Charge first = AskFor("a"), lost = AskFor("b"), never = AskFor("c");
  Accept(1, first);
  Try(first, Answer(Code::kDuplicateRequest, Done(1, first)));
  Try(lost, Answer(Code::kOutcomeUnknown));
  Try(never, Answer(Code::kOutcomeUnknown));
  Try(AskOut("d"), Answer(Code::kInsufficientBalance));
  journal_.EndedReuse(AskFor("a", 101), Answer(Code::kIdempotencyKeyReused));
  journal_.Audit(kUser, {Done(1, first), Done(2, lost)});
  EXPECT_THAT(journal_.problems(), IsEmpty());
  EXPECT_EQ(journal_.Unsettled().size(), 2u);
}

TEST_F(JournalTest, MissesAnAnsweredWriteThatIsGone) {
  Accept(1, AskFor("a"));
  journal_.Audit(kUser, {});
  EXPECT_THAT(journal_.problems(), Complains("answered, and gone"));
}

TEST_F(JournalTest, MissesAWriteThatOnlyAReadHasShown) {
  const client::Charge lost = AskFor("a");
  Try(lost, Answer(Code::kOutcomeUnknown));
  journal_.Saw(Done(1, lost));
  journal_.Audit(kUser, {});
  EXPECT_THAT(journal_.problems(), Complains("answered, and gone"));
}

TEST_F(JournalTest, SeesThatAnAnsweredWriteHasChanged) {
  Accept(1, AskFor("a"));
  client::Transaction changed = Done(1, AskFor("a"));
  changed.created_at = Instant(5);
  journal_.Audit(kUser, {changed});
  EXPECT_THAT(journal_.problems(), Complains("was {"));
}

TEST_F(JournalTest, SeesAnAmountThatNobodyAskedFor) {
  Try(AskFor("a"), Answer(Code::kOk, Done(1, AskFor("a", 101))));
  EXPECT_THAT(journal_.problems(), Complains("asked for"));
}

TEST_F(JournalTest, SeesATransactionThatNobodyAskedFor) {
  journal_.Audit(kUser, {Done(1, AskFor("a"))});
  EXPECT_THAT(journal_.problems(), ElementsAre(HasSubstr("nobody asked for")));
}

TEST_F(JournalTest, SeesARefusedRequestThatIsThere) {
  Try(AskOut("a"), Answer(Code::kInsufficientBalance));
  journal_.Audit(kUser, {Done(1, AskOut("a"), "pending", "queued")});
  EXPECT_THAT(journal_.problems(), Complains("only refused"));
}

TEST_F(JournalTest, SeesALostTryThatComesAfterItsServerHasDied) {
  Try(AskFor("a"), Answer(Code::kOutcomeUnknown));
  journal_.Audit(kUser, {});
  journal_.ForgetLostTries();
  journal_.Audit(kUser, {Done(1, AskFor("a"))});
  EXPECT_THAT(journal_.problems(), Complains("only refused"));
}

TEST_F(JournalTest, SeesAKeyAcceptedTwice) {
  Accept(1, AskFor("a"));
  Try(AskFor("a"), Answer(Code::kOk, Done(1, AskFor("a"))));
  EXPECT_THAT(journal_.problems(), Complains("accepted twice"));
}

TEST_F(JournalTest, SeesAKeyThatIsInTheLedgerTwice) {
  Accept(1, AskFor("a"));
  journal_.Audit(kUser, {Done(1, AskFor("a")), Done(2, AskFor("a"))});
  EXPECT_THAT(journal_.problems(), Complains("a key is used twice"));
}

TEST_F(JournalTest, SeesAReusedKeyThatGetsThrough) {
  Accept(1, AskFor("a"));
  journal_.EndedReuse(AskFor("a", 101), Answer(Code::kOk, Done(2, AskFor("a", 101))));
  EXPECT_THAT(journal_.problems(), Complains("another request under the key"));
}

TEST_F(JournalTest, SeesADuplicateOfNothing) {
  Try(AskFor("a"), Answer(Code::kDuplicateRequest, Done(1, AskFor("a"))));
  EXPECT_THAT(journal_.problems(), Complains("sent once, and a duplicate"));
}

TEST_F(JournalTest, SeesAGapInTheIds) {
  Accept(1, AskFor("a"));
  Accept(3, AskFor("b"));
  journal_.Audit(kUser, {Done(1, AskFor("a")), Done(3, AskFor("b"))});
  EXPECT_THAT(journal_.problems(), Complains("a gap"));
}

TEST_F(JournalTest, LetsAWithdrawalMoveOnButNotAwayFromItsEnd) {
  const client::Withdraw out = AskOut("a");
  Try(out, Answer(Code::kOk, Done(1, out, "pending", "queued")));
  journal_.Audit(kUser, {Done(1, out, "pending", "review")});
  journal_.Audit(kUser, {Done(1, out, "completed", "completed")});
  EXPECT_THAT(journal_.problems(), IsEmpty());
  journal_.Audit(kUser, {Done(1, out, "failed", "failed")});
  EXPECT_THAT(journal_.problems(), Complains("is now"));
}

TEST_F(JournalTest, TakesAnOlderSightThatComesLater) {
  const client::Withdraw out = AskOut("a");
  Try(out, Answer(Code::kOk, Done(1, out, "pending", "queued")));
  journal_.Saw(Done(1, out, "completed", "completed"));
  journal_.Saw(Done(1, out, "pending", "dispatching"));
  journal_.Audit(kUser, {Done(1, out, "completed", "completed")});
  EXPECT_THAT(journal_.problems(), IsEmpty());
}

TEST_F(JournalTest, SeesABalanceThatDoesNotAddUp) {
  journal_.Saw(client::Balance{.total = 5, .withdrawable = 6, .unreleased = -1});
  EXPECT_THAT(journal_.problems(), Complains("does not add up"));
}

TEST_F(JournalTest, SeesAnAnswerWithoutItsParts) {
  Try(AskFor("a"), Answer(Code::kOk));
  EXPECT_THAT(journal_.problems(), Complains("lacks its parts"));
}

}  // namespace
}  // namespace wallet::crash
