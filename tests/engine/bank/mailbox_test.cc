#include "engine/bank/mailbox.h"

#include <memory>

#include "gtest/gtest.h"
#include "tests/engine/bank/manual_time.h"

namespace wallet {
namespace {

TEST(Mailbox, RunsWhatIsPostedOnTheExecutor) {
  ManualTime time;
  Mailbox mailbox(time);
  int runs = 0;
  mailbox.address().Post([&] { ++runs; });
  mailbox.address().PostAfter(10, [&] { ++runs; });
  EXPECT_EQ(runs, 0);
  time.RunReady();
  EXPECT_EQ(runs, 1);
  time.Advance(10);
  EXPECT_EQ(runs, 2);
}

TEST(Mailbox, WhatHasNotRunByItsEndNeverRuns) {
  ManualTime time;
  auto mailbox = std::make_unique<Mailbox>(time);
  mailbox->address().Post([] { FAIL(); });
  mailbox->address().PostAfter(10, [] { FAIL(); });
  mailbox.reset();
  time.Advance(10);
}

TEST(Mailbox, AnAddressThatIsLeftOverLeadsNowhere) {
  auto time = std::make_unique<ManualTime>();
  auto mailbox = std::make_unique<Mailbox>(*time);
  const Mailbox::Address address = mailbox->address();
  mailbox.reset();
  time.reset();
  address.Post([] { FAIL(); });
  address.PostAfter(0, [] { FAIL(); });
}

TEST(Mailbox, ATaskMayEndItsOwnActor) {
  ManualTime time;
  auto mailbox = std::make_unique<Mailbox>(time);
  const Mailbox::Address address = mailbox->address();
  address.Post([&] { mailbox.reset(); });
  address.Post([] { FAIL(); });
  time.RunReady();
  EXPECT_EQ(mailbox, nullptr);
}

}  // namespace
}  // namespace wallet
