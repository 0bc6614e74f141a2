#include "tests/crash/script.h"

#include <cstdint>
#include <future>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/crash/load.h"

namespace wallet::crash {
namespace {

constexpr int kBatches = 3;
constexpr int kBatchCharges = 350;
constexpr int64_t kWithdrawers = 6;

static_assert(kBatches * kBatchCharges > kScriptSnapshotEvents);

class Script {
 public:
  Script(client::Client& client, const std::string& prefix, Journal& journal)
      : client_(client), prefix_(prefix), journal_(journal) {}

  void Run() {
    for (int64_t user = 1; user <= kWithdrawers; ++user) One(ChargeOf(user, 1'000));
    for (int64_t user = 1; user <= kWithdrawers; ++user) One(WithdrawOf(user, 300));
    const client::Charge twice = ChargeOf(1, 70);
    One(twice);
    One(twice);
    for (int i = 0; i < kBatches; ++i) Batch();
    // Beside the snapshot that the batches have begun, perhaps.
    for (int64_t user = 1; user <= kWithdrawers; ++user) One(WithdrawOf(user, 200));
    for (int64_t user = 1; user <= kWithdrawers; ++user) One(ChargeOf(user, 5));
    One(WithdrawOf(1, 1'000'000'000));
  }

 private:
  client::Charge ChargeOf(int64_t user, int64_t amount) {
    return {.user_id = user, .amount = amount, .idempotency_key = NewKey()};
  }

  client::Withdraw WithdrawOf(int64_t user, int64_t amount) {
    return {.user_id = user,
            .amount = amount,
            .idempotency_key = NewKey(),
            .destination = absl::StrCat("IBAN", user)};
  }

  void One(const Request& request) {
    if (gone_) return;
    journal_.Sending(request);
    const client::WriteAnswer answer = Send(client_, request);
    journal_.Ended(request, answer);
    Judge(answer);
  }

  void Batch() {
    if (gone_) return;
    std::vector<client::Charge> charges;
    for (int i = 0; i < kBatchCharges; ++i) {
      charges.push_back(ChargeOf(kFirstChargeOnlyUser + i % kChargeOnlyUsers, 10 + i));
      if (i % 7 == 0) charges.back().description = absl::StrCat("order ", i);
      journal_.Sending(charges.back());
    }
    std::promise<std::vector<client::WriteAnswer>> answered;
    client_.DoAll(charges, [&](std::vector<client::WriteAnswer> answers) {
      answered.set_value(std::move(answers));
    });
    const std::vector<client::WriteAnswer> answers = answered.get_future().get();
    for (size_t i = 0; i < answers.size(); ++i) journal_.Ended(charges[i], answers[i]);
    Judge(answers.front());
  }

  void Judge(const client::WriteAnswer& answer) {
    gone_ =
        answer.code == client::Code::kOutcomeUnknown || answer.code == client::Code::kUnreachable;
  }

  std::string NewKey() { return absl::StrCat(prefix_, ++keys_); }

  client::Client& client_;
  const std::string prefix_;
  Journal& journal_;
  int keys_ = 0;
  bool gone_ = false;
};

}  // namespace

void RunScript(client::Client& client, const std::string& key_prefix, Journal& journal) {
  Script(client, key_prefix, journal).Run();
}

}  // namespace wallet::crash
