// The port to a bank: what a connector implements, and what it promises.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "engine/ledger/types.h"

namespace wallet {

struct Payment {
  // The same on every attempt. The bank must pay a reference at most once.
  std::string reference;
  UserId user;
  Currency currency;
  Amount amount;  // > 0
  std::string destination;
  uint32_t attempt = 1;
};

enum class PayVerdict : uint8_t {
  kPaid,      // the bank says it has paid
  kDeclined,  // the bank says it has not paid this reference and will not
  kNotSent,   // proof that no byte of the request reached the bank (e.g. connection refused)
  kUnclear,   // everything else; when in doubt, this
};

enum class InquiryVerdict : uint8_t {
  kPaid,
  kDeclined,  // the bank knows the reference and will finally not pay it
  kNotFound,  // the bank does not know the reference (it may still arrive)
  kUnclear,   // no readable answer, or the payment is still being worked on
};

struct PayAnswer {
  PayVerdict verdict = PayVerdict::kUnclear;
  std::string code;     // the bank's or connector's reason, ≤ kMaxFailureCodeBytes
  std::string message;  // ≤ kMaxFailureMessageBytes
};

struct InquiryAnswer {
  InquiryVerdict verdict = InquiryVerdict::kUnclear;
  std::string code;
  std::string message;
};

// Any thread may call; calls overlap. Each `done` is called at most once, on any thread, never from
// inside the call itself. The dispatcher keeps its own time limit: a later answer is ignored.
class BankConnector {
 public:
  virtual ~BankConnector() = default;

  // Stable over restarts and versions: attempts are logged with it, and a withdrawal dispatched to
  // a bank of another name is not touched. At most kMaxBankNameBytes.
  virtual std::string_view name() const = 0;

  // Whether a reference that may have been seen can be sent again without being paid twice.
  virtual bool can_resend() const = 0;

  virtual void Pay(const Payment& payment, int64_t timeout_us,
                   absl::AnyInvocable<void(PayAnswer)> done) = 0;

  virtual void Inquire(const std::string& reference, int64_t timeout_us,
                       absl::AnyInvocable<void(InquiryAnswer)> done) = 0;
};

}  // namespace wallet
