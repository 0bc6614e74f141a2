// The disk says no: nothing is acknowledged any more, and nothing that was is lost.

#include "absl/strings/str_cat.h"
#include "tests/e2e/fixture.h"

namespace wallet::e2e {
namespace {

constexpr int kStorageFailed = 5;  // the exit code for "restart me"

class DiskFailure : public EitherInterface {};

TEST_P(DiskFailure, EndsTheServerAndLeavesTheOutcomeToTheNextTry) {
  Start();
  const std::unique_ptr<Door> door = Open();
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(door->Do(ChargeOf(7, 100, absl::StrCat("k", i))), IsOk());
  }
  server().LimitFiles(0);

  const auto answer = door->Do(ChargeOf(7, 5, "perhaps"));
  EXPECT_FALSE(answer.ok());
  EXPECT_FALSE(answer.transaction);
  if (answer.code != client::Code::kUnreachable) {  // the connection broke: as good as no answer
    EXPECT_THAT(answer, IsCode(client::Code::kOutcomeUnknown));
  }
  EXPECT_EQ(server().AwaitExit(kPatience), kStorageFailed) << server().Logged();

  Start();
  const std::unique_ptr<Door> again = Open();
  const auto retried = again->Do(ChargeOf(7, 5, "perhaps"));
  EXPECT_TRUE(retried.ok() || retried.code == client::Code::kDuplicateRequest)
      << ToString(retried.code);
  EXPECT_THAT(again->GetBalance(7).balance, IsBalance(2'005, 2'005, 0, 0));
  EXPECT_EQ(again->List({.user_id = 7}).total, 21);
}

WALLET_ON_EITHER_INTERFACE(DiskFailure);

}  // namespace
}  // namespace wallet::e2e
