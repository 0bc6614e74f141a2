#include "net/session_round.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "net/client/codec.h"
#include "tests/engine/harness.h"

namespace wallet {
namespace {

// A session, as far as a round knows one.
class Owner final : public RoundOwner {
 public:
  void OnAnswered(std::unique_ptr<ShardBatch> batch) override {
    ++answered;
    round->Take(std::move(batch));
  }

  std::unique_ptr<Round> round;
  int answered = 0;
};

int64_t UserOf(const Engine& engine, int shard) {
  int64_t user = 1;
  while (engine.ShardOf(UserId(user)) != shard) ++user;
  return user;
}

// It owned itself by way of the batch that was back; each connection that was lost at such a moment
// left its memory behind (found by simulation, as a leak).
TEST(RoundTest, ALostConnectionIsFreedAlsoWhenOnlyAPartOfItsRoundWasAnswered) {
  testing::Harness h(2);
  h.options.shard_queue_operations = 1;
  h.Reopen(2);
  const auto executor = h.scheduler.MakeExecutor();
  IoThread home(*executor);
  SessionServices services{*h.engine,
                           home,
                           h.clock,
                           ServerIdentity{.default_currency = h.options.default_currency},
                           1'000'000,
                           std::make_shared<ListenerState>(),
                           RequestReader(h.options.default_currency),
                           ResponseWriter()};
  const int64_t refused = UserOf(*h.engine, 0), taken = UserOf(*h.engine, 1);
  h.log->Defer();
  h.Submit({testing::Harness::ChargeOf(refused, 1, "a")}, 0);  // shard 0 takes no more
  std::string body;
  for (const int64_t user : {refused, taken}) {
    client::Encode(client::Charge{.user_id = user, .amount = 1, .idempotency_key = "b"}, body);
  }
  auto owner = std::make_shared<Owner>();
  owner->round = std::make_unique<Round>(services, 0);
  ASSERT_EQ(owner->round->Add(1, body), RequestReader::Verdict::kRead);
  owner->round->Submit(owner);
  h.scheduler.RunUntilIdle();
  EXPECT_EQ(owner->answered, 1);

  const std::weak_ptr<Owner> watched = owner;
  owner.reset();
  EXPECT_FALSE(watched.expired());  // the engine still has a batch of it
  h.Crash();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace wallet
