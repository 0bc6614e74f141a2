#include "tests/e2e/fixture.h"

#include <stdexcept>

namespace wallet::e2e {

void ServerTest::Start(const std::vector<std::string>& flags) {
  server_.reset();
  auto server = Walletd::Start(data_dir(), flags);
  // GoogleTest reports it as the test's failure and goes on with the next.
  if (!server.ok()) throw std::runtime_error(server.status().ToString());
  server_ = *std::move(server);
}

std::unique_ptr<Door> EitherInterface::Open() {
  return GetParam() == Interface::kHttp ? OpenHttp(server().http()) : OpenBinary(server().binary());
}

client::Charge ChargeOf(int64_t user_id, int64_t amount, std::string key) {
  return {.user_id = user_id, .amount = amount, .idempotency_key = std::move(key)};
}

client::Withdraw WithdrawOf(int64_t user_id, int64_t amount, std::string key) {
  return {.user_id = user_id, .amount = amount, .idempotency_key = std::move(key)};
}

}  // namespace wallet::e2e
