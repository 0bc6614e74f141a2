#include "bench/wallet_bench/client_door.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace wallet::bench {
namespace {

// As many frames as the server takes at the same time are more than enough to keep it busy.
constexpr int kFramesInFlight = 256;

client::Options ClientOptions(const Options& options) {
  return {.address = options.connect,
          .connections = std::max(1, options.connections / options.threads),
          .timeout = std::chrono::seconds(60),
          .retry = false,
          .max_batch = static_cast<int>(std::max<int64_t>(options.batch, 1'000)),
          .max_in_flight = kFramesInFlight};
}

client::Charge ToCharge(const Operation& operation) {
  client::Charge charge{.user_id = operation.user_id,
                        .amount = operation.amount,
                        .idempotency_key = std::string(operation.key.view())};
  if (operation.release_at_us != 0) charge.release_at = Instant(operation.release_at_us);
  return charge;
}

client::Withdraw ToWithdraw(const Operation& operation) {
  return {.user_id = operation.user_id,
          .amount = operation.amount,
          .idempotency_key = std::string(operation.key.view())};
}

void Count(Call& call, Kind kind, const client::Answer& answer) {
  if (answer.ok()) {
    call.Accept(kind);
  } else {
    call.Refuse(client::ToString(answer.code));
  }
}

// `call` may be in other hands once its last operation was counted.
void CountAll(Call& call, Kind kind, const std::vector<client::WriteAnswer>& answers) {
  for (const client::WriteAnswer& answer : answers) Count(call, kind, answer);
}

}  // namespace

ClientDoor::ClientDoor(const Options& options, const Workload& workload)
    : workload_(workload), client_(client::Client::Create(ClientOptions(options))) {}

void ClientDoor::Post(absl::AnyInvocable<void()> work) {
  client_->GetHealth([work = std::move(work)](const client::HealthAnswer&) mutable { work(); });
}

void ClientDoor::Send(Call& call) {
  if (call.count() == 1) {
    SendOne(workload_.Make(call.first()), call);
  } else {
    SendMany(call);
  }
}

// Captures of one pointer need no memory.
void ClientDoor::SendOne(const Operation& operation, Call& call) {
  switch (operation.kind) {
    case Kind::kCharge:
      return client_->Do(ToCharge(operation), [&call](const client::WriteAnswer& answer) {
        Count(call, Kind::kCharge, answer);
      });
    case Kind::kWithdraw:
      return client_->Do(ToWithdraw(operation), [&call](const client::WriteAnswer& answer) {
        Count(call, Kind::kWithdraw, answer);
      });
    case Kind::kBalance:
      return client_->GetBalance(
          operation.user_id, "",
          [&call](const client::BalanceAnswer& answer) { Count(call, Kind::kBalance, answer); });
    case Kind::kTransactions:
      return client_->List(
          client::ListTransactions{.user_id = operation.user_id},
          [&call](const client::PageAnswer& answer) { Count(call, Kind::kTransactions, answer); });
  }
}

// The call may end while its last part is being sent: it isn't looked at after that.
void ClientDoor::SendMany(Call& call) {
  const uint64_t first = call.first();
  const uint32_t count = call.count();
  std::vector<client::Charge> charges;
  std::vector<client::Withdraw> withdrawals;
  for (uint64_t number = first; number < first + count; ++number) {
    const Operation operation = workload_.Make(number);
    if (operation.kind == Kind::kCharge) {
      if (charges.empty()) charges.reserve(count);
      charges.push_back(ToCharge(operation));
    } else if (operation.kind == Kind::kWithdraw) {
      withdrawals.push_back(ToWithdraw(operation));
    } else {
      SendOne(operation, call);
    }
  }
  if (!charges.empty()) {
    client_->DoAll(std::move(charges), [&call](const std::vector<client::WriteAnswer>& answers) {
      CountAll(call, Kind::kCharge, answers);
    });
  }
  if (!withdrawals.empty()) {
    client_->DoAll(std::move(withdrawals),
                   [&call](const std::vector<client::WriteAnswer>& answers) {
                     CountAll(call, Kind::kWithdraw, answers);
                   });
  }
}

}  // namespace wallet::bench
