// Random histories through the ledger and through the model, compared after every step.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/ledger/ledger_driver.h"
#include "tests/model/model.h"

namespace wallet {
namespace {

using testing::LedgerDriver;

constexpr int64_t kUsers = 4;

// A request of a small world, so that keys, users and currencies often meet.
model::Request AnyRequest(int64_t now) {
  model::Request request;
  request.withdraw = *rc::gen::weightedElement<bool>({{3, false}, {2, true}});
  request.user = *rc::gen::inRange<int64_t>(1, kUsers + 1);
  request.amount = *rc::gen::weightedOneOf<int64_t>({{20, rc::gen::inRange<int64_t>(1, 100)},
                                                     {1, rc::gen::just(INT64_MAX)},
                                                     {1, rc::gen::just(INT64_MAX / 2)}});
  request.key = "k" + std::to_string(*rc::gen::inRange(0, 60));
  request.currency = *rc::gen::weightedElement<std::string>({{4, "USD"}, {1, "EUR"}});
  const bool optional = *rc::gen::arbitrary<bool>();
  if (!request.withdraw && optional) request.release_at = now + *rc::gen::inRange(-20, 60);
  if (request.withdraw && optional) request.destination = "somewhere";
  if (*rc::gen::inRange(0, 8) == 0) request.description = "words";
  return request;
}

std::optional<std::string_view> View(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

Outcome Run(LedgerDriver& driver, const model::Request& request) {
  const Currency currency = *Currency::Parse(request.currency);
  if (request.withdraw) {
    return driver
        .Do(Withdraw{.user = UserId(request.user),
                     .currency = currency,
                     .amount = Amount(request.amount),
                     .key = request.key,
                     .destination = View(request.destination),
                     .description = View(request.description)})
        .outcome;
  }
  Charge charge{.user = UserId(request.user),
                .currency = currency,
                .amount = Amount(request.amount),
                .key = request.key,
                .description = View(request.description)};
  if (request.release_at) charge.release_at = Instant(*request.release_at);
  return driver.Do(charge).outcome;
}

// Ends a pending withdrawal, by way of a random bank.
void EndOne(LedgerDriver& driver, model::Wallet& model) {
  const auto pending = model.Pending();
  if (pending.empty()) return;
  const auto [user, id] = *rc::gen::elementOf(pending);
  const bool paid = *rc::gen::arbitrary<bool>();
  RC_ASSERT(driver.Step(user, id, BankStep::kBeginAttempt) == Outcome::kOk);
  if (*rc::gen::arbitrary<bool>()) {
    RC_ASSERT(driver.Step(user, id, BankStep::kUnclear) == Outcome::kOk);
    RC_ASSERT(driver.Step(user, id, BankStep::kBeginInquiry) == Outcome::kOk);
    const BankStep answer = paid ? BankStep::kInquiryPaid : BankStep::kInquiryDeclined;
    RC_ASSERT(driver.Step(user, id, answer) == Outcome::kOk);
  } else {
    const BankStep answer = paid ? BankStep::kPaid : BankStep::kDeclined;
    RC_ASSERT(driver.Step(user, id, answer) == Outcome::kOk);
  }
  model.End(user, id, paid);
}

void CompareBalances(const LedgerDriver& driver, const model::Wallet& model) {
  for (int64_t user = 1; user <= kUsers; ++user) {
    for (const char* code : {"USD", "EUR"}) {
      const Balance real =
          driver.ledger.BalanceOf(UserId(user), *Currency::Parse(code), driver.now);
      const model::Balance expected = model.BalanceOf(user, code, driver.now.value());
      RC_ASSERT(real.total.value() == expected.total);
      RC_ASSERT(real.withdrawable.value() == expected.withdrawable);
      RC_ASSERT(real.unreleased.value() == expected.unreleased);
      RC_ASSERT(real.held.value() == expected.held);
      RC_ASSERT(expected.withdrawable >= 0 && expected.unreleased >= 0 && expected.held >= 0);
    }
    RC_ASSERT(driver.ledger.SummaryOf(UserId(user)).last.value() ==
              static_cast<int64_t>(model.Entries(user).size()));
  }
}

// A random history of `steps` in `driver` and `model`.
void Live(LedgerDriver& driver, model::Wallet& model, int steps) {
  for (int i = 0; i < steps; ++i) {
    driver.now = Instant(driver.now.value() + *rc::gen::inRange(0, 10));
    if (*rc::gen::inRange(0, 5) == 0) {
      EndOne(driver, model);
    } else {
      const model::Request request = AnyRequest(driver.now.value());
      driver.place_free = *rc::gen::inRange(0, 10) != 0;
      const std::string expected = model.Do(request, driver.now.value(), driver.place_free);
      RC_ASSERT(std::string(Code(Run(driver, request))) == expected);
    }
    CompareBalances(driver, model);
  }
}

RC_GTEST_PROP(LedgerProperty, AgreesWithTheModel, ()) {
  LedgerDriver driver;
  model::Wallet model;
  Live(driver, model, *rc::gen::inRange(1, 120));
  driver.ledger.CheckInvariants();
}

RC_GTEST_PROP(LedgerProperty, AReplayOfTheEventsIsTheLiveState, ()) {
  LedgerDriver driver;
  model::Wallet model;
  Live(driver, model, *rc::gen::inRange(1, 120));

  Ledger replayed;
  Reader reader(driver.log);
  size_t events = 0;
  for (; !reader.AtEnd(); ++events) {
    const Event event = DecodeEvent(reader, Instant(0));
    RC_ASSERT(reader.ok());
    replayed.Apply(event);
  }
  RC_ASSERT(events == driver.events);
  RC_ASSERT(replayed.DigestAt(driver.now) == driver.ledger.DigestAt(driver.now));
  replayed.CheckInvariants();
}

RC_GTEST_PROP(LedgerProperty, TheDigestsOfAnySplitAddUpToTheWhole, ()) {
  LedgerDriver driver;
  model::Wallet model;
  Live(driver, model, *rc::gen::inRange(1, 120));
  const int64_t shards = *rc::gen::inRange<int64_t>(1, 6);

  std::vector<Ledger> parts(static_cast<size_t>(shards));
  Reader reader(driver.log);
  while (!reader.AtEnd()) {
    const Event event = DecodeEvent(reader, Instant(0));
    RC_ASSERT(reader.ok());
    parts[static_cast<size_t>(event.user.value() % shards)].Apply(event);
  }
  Digest sum;
  for (const Ledger& part : parts) sum += part.DigestAt(driver.now);
  RC_ASSERT(sum == driver.ledger.DigestAt(driver.now));
}

}  // namespace
}  // namespace wallet
