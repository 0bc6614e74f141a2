// A bank that can be trusted behind a network that can't.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bank/connector.h"
#include "tests/simulation/bank_book.h"
#include "tests/simulation/bank_watch.h"
#include "tests/simulation/core.h"

namespace wallet::simulation {

// Judges a reference when its first request arrives, and answers all others as it judged then; one
// that can't take a reference twice pays every request. Requests and answers travel, get lost, come
// late or twice. It lives on when the wallet's process dies, and so do requests on their way.
class SimulatedBank final : public BankConnector, public Component {
 public:
  SimulatedBank(Core& core, BankWatch& watch, std::string name);

  std::string_view name() const override { return name_; }
  bool can_resend() const override { return knobs_.can_resend; }
  void Pay(const Payment& payment, int64_t timeout_us,
           absl::AnyInvocable<void(PayAnswer)> done) override;
  void Inquire(const std::string& reference, int64_t timeout_us,
               absl::AnyInvocable<void(InquiryAnswer)> done) override;

  // An operator calls: whether the reference was paid. If it was not, it never will be.
  bool Settle(const std::string& reference);

  // From now on another one watches: a life of the ledger has ended.
  void Tell(BankWatch& watch) { watch_ = &watch; }

  // While held, what arrives waits.
  void Hold() { held_ = true; }
  void LetGo();

  const Book& book() const { return book_; }

  void Heal() override;

 private:
  // Shared, since an answer may come twice or never.
  using PayDone = std::shared_ptr<absl::AnyInvocable<void(PayAnswer)>>;
  using InquiryDone = std::shared_ptr<absl::AnyInvocable<void(InquiryAnswer)>>;

  void Travel(const Payment& payment, PayDone done);
  void Arrive(const Payment& payment, PayDone done);
  bool Overtakes(const Payment& payment) const;
  PayVerdict Judge(const Payment& payment);
  void Reply(const Payment& payment, PayDone done, PayVerdict verdict, std::string code);
  InquiryVerdict Look(const std::string& reference);
  int64_t Delay(Ppm slow);

  Core& core_;
  BankWatch* watch_;
  const std::string name_;
  SimRandom random_;
  BankKnobs knobs_;
  Scheduler::ActorRef actor_;
  Book book_;
  std::map<std::string, std::map<uint32_t, int>> on_the_way_;  // by reference and attempt
  bool held_ = false;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace wallet::simulation
