// A dispatcher between a real ledger and a scripted bank, in simulated time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/bank/dispatcher.h"
#include "gtest/gtest.h"
#include "tests/engine/bank/ledger_steps.h"
#include "tests/engine/bank/manual_time.h"
#include "tests/engine/bank/scripted_bank.h"
#include "tests/engine/bank/seeded_random.h"

namespace wallet {

inline constexpr UserId kUser{7};
inline constexpr Amount kAmount{100};
inline constexpr int64_t kSecond = kMicrosPerSecond;

class DispatcherFixture {
 public:
  DispatcherFixture() { Start(); }

  // A process that begins with what the disk holds.
  void Start() {
    places = std::make_unique<Places>(capacity);
    steps = std::make_unique<LedgerSteps>(disk, time);
    reviews.clear();
    DispatcherOptions used = options;
    used.epoch = steps->epoch();
    used.on_review = [this](UserId user, TransactionId id, std::string_view reason) {
      reviews.push_back({user, id, std::string(reason)});
    };
    dispatcher = std::make_unique<Dispatcher>(used, bank, *steps, *places, time, random);
    for (const OpenWithdrawal& open : steps->Open()) {
      if (open.substatus != Substatus::kReview) places->Adopt();
      dispatcher->Recover(open);
    }
  }

  // The process ends here and now; what was not durable is gone.
  void Crash() {
    dispatcher.reset();
    steps.reset();
  }

  void Restart() {
    Crash();
    Start();
  }

  TransactionId Add(UserId user = kUser) {
    const TransactionId id = steps->AddWithdrawal(user, kAmount);
    EXPECT_TRUE(places->TryReserve());
    dispatcher->Enqueue(user, id);
    return id;
  }

  // Brings a withdrawal to its n-th payment, all before it answered as given; a payment that is not
  // proven to be unsent is asked about and not found.
  void BringToPayment(std::vector<PayVerdict> before) {
    Add();
    time.RunReady();
    for (const PayVerdict verdict : before) {
      bank.AnswerPayment(verdict);
      time.RunReady();
      if (!bank.inquiries.empty()) bank.AnswerInquiry(InquiryVerdict::kNotFound);
      time.Advance(10 * kSecond - 1);
    }
  }

  Substatus State() const { return steps->SubstatusOf(kUser, TransactionId(2)); }
  Balance BalanceNow() const {
    return steps->ledger().BalanceOf(kUser, *Currency::Parse("USD"), kMaxInstant);
  }
  bool Completed() const { return State() == Substatus::kNone && BalanceNow() == Balance{}; }
  bool Failed() const {
    return State() == Substatus::kNone &&
           BalanceNow() == Balance{.total = kAmount, .withdrawable = kAmount};
  }

  struct Review {
    UserId user;
    TransactionId id;
    std::string reason;
  };

  DispatcherOptions options;
  int64_t capacity = 150;
  ManualTime time;
  SeededRandom random{1};
  LedgerDisk disk;
  ScriptedBank bank;
  std::unique_ptr<Places> places;
  std::unique_ptr<LedgerSteps> steps;
  std::unique_ptr<Dispatcher> dispatcher;
  std::vector<Review> reviews;
};

}  // namespace wallet
