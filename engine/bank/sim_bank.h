// A bank for development, demonstrations and tests: a real connector named "sim" that moves no
// money.
//
// It behaves like a bank that can be trusted and a network that can't: a reference is judged once
// and the judgement is durable in its book before anyone hears of it, but answers may be late or
// lost.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "engine/bank/connector.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet {

// Probabilities are 0 … 1 and drawn for each call.
struct SimBankOptions {
  int64_t latency_us = 50'000;  // of every call, ±20 %; 0: at once
  double decline = 0;           // a payment never seen before is declined for good
  double time_out = 0;    // the call never reaches the bank and is never answered; inquiries too
  double lost_reply = 0;  // the payment is judged as ever, but its answer is lost
  double late = 0;      // never answered; the payment is judged long after the caller's time limit
  double not_sent = 0;  // answered kNotSent, and not sent
  // Whether a missing book is begun. When false, kNotFound: the bank's memory of what it paid is
  // gone.
  bool create_book = true;
};

class SimBankActor;

class SimBank final : public BankConnector {
 public:
  // Reads the book at `path`, cutting off a torn last line. kDataLoss and kUnimplemented name
  // the file and what is wrong with it. Everything passed in must outlive the bank. The bank syncs
  // its book on `executor`: it should have that for itself.
  static absl::StatusOr<std::unique_ptr<SimBank>> Open(SimBankOptions options, std::string path,
                                                       FileSystem& files, Executor& executor,
                                                       const Clock& clock, Random& random);
  // On the executor, or when that was stopped. Calls not yet answered never are.
  ~SimBank() override;

  std::string_view name() const override { return "sim"; }
  bool can_resend() const override { return true; }

  // A reference that was judged before is answered as then. With another user, currency or amount
  // than then it is declined as `reference_conflict`, and noted in the book. Once the book can't be
  // written, everything is answered kUnclear.
  void Pay(const Payment& payment, int64_t timeout_us,
           absl::AnyInvocable<void(PayAnswer)> done) override;
  void Inquire(const std::string& reference, int64_t timeout_us,
               absl::AnyInvocable<void(InquiryAnswer)> done) override;

 private:
  explicit SimBank(std::unique_ptr<SimBankActor> actor);
  std::unique_ptr<SimBankActor> actor_;
};

}  // namespace wallet
