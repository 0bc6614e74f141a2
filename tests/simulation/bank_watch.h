// What the wallet asks the banks, held against what it has made durable and what they answered.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "engine/bank/connector.h"
#include "tests/simulation/bank_book.h"
#include "tests/simulation/fact.h"
#include "tests/simulation/problems.h"
#include "tests/simulation/sim_clock.h"

namespace wallet::simulation {

class BankWatch {
 public:
  BankWatch(const SimClock& clock, Problems& problems) : clock_(clock), problems_(problems) {}

  // Of a ledger that was restored: a withdrawal of which no bank is known may be asked about.
  void AllowBlindInquiries() { blind_inquiries_ = true; }

  // In order of positions, as soon as they are durable.
  void OnDurable(const Fact& fact);

  // The wallet calls. Only what is durable may be sent; an attempt once; after an attempt that may
  // have arrived only when the bank has said since that it does not know the reference.
  void OnPay(std::string_view bank, bool can_resend, const Payment& payment);
  void OnInquire(std::string_view bank, const std::string& reference);
  // The bank's answer is handed to the wallet.
  void OnPayAnswer(const Payment& payment, PayVerdict verdict);
  void OnInquiryAnswer(const std::string& reference, InquiryVerdict verdict);

  // What the bank said that justifies the step; empty, or what is missing.
  std::string Evidence(const Fact& fact, const std::string& from) const;

  // All banks' books against what is durable: at most one payment of a withdrawal, exactly one of a
  // completed one, none of a failed one, each of the right amount, and nothing else.
  void CheckBooks(const std::vector<const Book*>& books) const;

  // Payments and inquiries that the wallet has sent.
  int64_t calls() const { return calls_; }

  // How many withdrawals may have held a place at some time since `since_us`, as far as durable.
  int64_t PlacesHeldSince(int64_t since_us) const;
  // How many have let go of theirs since then.
  int64_t LetGoSince(int64_t since_us) const;

 private:
  struct Withdrawal {
    int64_t user = 0;
    int64_t id = 0;
    model::Request request;
    std::string substatus = "queued";
    std::string bank;
    int64_t attempts = 0;
    std::map<int64_t, PayVerdict> answers;  // by attempt; kUnclear until one came
    std::set<InquiryVerdict> inquiries;     // answered so
    bool not_found_since = false;           // the last attempt was sent
    Subject subject() const { return {user, id}; }
  };

  void CheckEntry(const std::string& reference, const Judgement& judgement) const;
  Withdrawal* Find(const std::string& reference, std::string_view what);
  void CheckRepeat(const Withdrawal& withdrawal, bool can_resend, const Payment& payment);

  const SimClock& clock_;
  Problems& problems_;
  std::map<std::string, Withdrawal> withdrawals_;  // by reference
  std::map<std::pair<int64_t, int64_t>, std::string> references_;
  bool blind_inquiries_ = false;
  int64_t calls_ = 0;
  int64_t holding_ = 0;
  std::multiset<int64_t> let_go_us_;
};

}  // namespace wallet::simulation
