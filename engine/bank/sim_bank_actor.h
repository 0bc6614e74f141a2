// The simulated bank's inside: judges payments and writes the book, on one executor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "engine/bank/connector.h"
#include "engine/bank/mailbox.h"
#include "engine/bank/sim_bank.h"
#include "engine/bank/sim_book.h"
#include "wal/base/clock.h"
#include "wal/base/executor.h"
#include "wal/base/file.h"
#include "wal/base/random.h"

namespace wallet {

class SimBankActor {
 public:
  using PayDone = absl::AnyInvocable<void(PayAnswer)>;
  using InquiryDone = absl::AnyInvocable<void(InquiryAnswer)>;

  SimBankActor(SimBankOptions options, Executor& executor, const Clock& clock, Random& random);

  // Before anything else.
  absl::Status OpenBook(FileSystem& files, const std::string& path);

  // Any thread.
  void Pay(Payment payment, int64_t timeout_us, PayDone done);
  void Inquire(std::string reference, InquiryDone done);

 private:
  // How a reference was judged, and for what.
  struct Judgement {
    bool paid;
    UserId user;
    Currency currency;
    Amount amount;
  };
  // Called with whether what it speaks of is in the book.
  using Answer = absl::AnyInvocable<void(bool in_book)>;

  absl::Status BeginBook(FileSystem& files, const std::string& path);
  absl::Status ReadJudgements(FileSystem& files, const std::string& path);

  void OnPayment(Payment payment, int64_t timeout_us, PayDone done);
  void OnInquiry(const std::string& reference, InquiryDone done);
  PayAnswer Judge(const Payment& payment);
  // With nobody there to hear the answer.
  void JudgeUnheard(const Payment& payment);
  void Note(BookMark mark, const Payment& payment);

  // The answer leaves when all that was noted so far is durable.
  void AnswerWhenSynced(Answer answer);
  void Sync();
  bool WriteLines();

  bool Chance(double probability);
  template <class Task>
  void AfterLatency(Task task);

  const SimBankOptions options_;
  const Clock& clock_;
  Random& random_;

  // Only on the executor.
  absl::flat_hash_map<std::string, Judgement> judged_;  // by reference
  std::unique_ptr<AppendFile> book_;
  BookEnd end_;
  std::string lines_;            // noted, not yet written
  std::vector<Answer> answers_;  // waiting for them
  bool sync_posted_ = false;
  bool broken_ = false;  // the book could not be written: nothing is known any more

  Mailbox mailbox_;  // the last member: closed before anything else goes
};

}  // namespace wallet
