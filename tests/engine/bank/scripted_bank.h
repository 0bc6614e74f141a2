// A bank whose every answer the test gives by hand.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/bank/connector.h"
#include "wal/base/check.h"

namespace wallet {

class ScriptedBank final : public BankConnector {
 public:
  struct PayCall {
    Payment payment;
    int64_t timeout_us;
    absl::AnyInvocable<void(PayAnswer)> done;
  };
  struct InquiryCall {
    std::string reference;
    absl::AnyInvocable<void(InquiryAnswer)> done;
  };

  std::string_view name() const override { return name_; }
  bool can_resend() const override { return can_resend_; }
  void set_name(std::string name) { name_ = std::move(name); }
  void set_can_resend(bool can_resend) { can_resend_ = can_resend; }

  void Pay(const Payment& payment, int64_t timeout_us,
           absl::AnyInvocable<void(PayAnswer)> done) override {
    payments.push_back({payment, timeout_us, std::move(done)});
  }
  void Inquire(const std::string& reference, int64_t /*timeout_us*/,
               absl::AnyInvocable<void(InquiryAnswer)> done) override {
    inquiries.push_back({reference, std::move(done)});
  }

  // Answers the oldest call not answered yet.
  void AnswerPayment(PayVerdict verdict, std::string code = "", std::string message = "") {
    WALLET_CHECK(!payments.empty());
    PayCall call = std::move(payments.front());
    payments.pop_front();
    call.done({verdict, std::move(code), std::move(message)});
  }
  void AnswerInquiry(InquiryVerdict verdict, std::string code = "", std::string message = "") {
    WALLET_CHECK(!inquiries.empty());
    InquiryCall call = std::move(inquiries.front());
    inquiries.pop_front();
    call.done({verdict, std::move(code), std::move(message)});
  }

  // Calls not answered yet.
  std::deque<PayCall> payments;
  std::deque<InquiryCall> inquiries;

 private:
  std::string name_ = "scripted";
  bool can_resend_ = true;
};

}  // namespace wallet
