#include "engine/bank/sim_bank.h"

#include <utility>

#include "engine/bank/sim_bank_actor.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<SimBank>> SimBank::Open(SimBankOptions options, std::string path,
                                                       FileSystem& files, Executor& executor,
                                                       const Clock& clock, Random& random) {
  auto actor = std::make_unique<SimBankActor>(options, executor, clock, random);
  if (absl::Status status = actor->OpenBook(files, path); !status.ok()) return status;
  return std::unique_ptr<SimBank>(new SimBank(std::move(actor)));
}

SimBank::SimBank(std::unique_ptr<SimBankActor> actor) : actor_(std::move(actor)) {}
SimBank::~SimBank() = default;

void SimBank::Pay(const Payment& payment, int64_t timeout_us,
                  absl::AnyInvocable<void(PayAnswer)> done) {
  actor_->Pay(payment, timeout_us, std::move(done));
}

void SimBank::Inquire(const std::string& reference, int64_t /*timeout_us*/,
                      absl::AnyInvocable<void(InquiryAnswer)> done) {
  actor_->Inquire(reference, std::move(done));
}

}  // namespace wallet
