#include "tests/e2e/door.h"

#include <utility>

namespace wallet::e2e {
namespace {

// The client library as it is, without its retries.
class BinaryDoor final : public Door {
 public:
  explicit BinaryDoor(const std::string& address)
      : client_(client::Client::Create({.address = address, .retry = false})) {}

  client::WriteAnswer Do(const client::Charge& request) override { return client_->Do(request); }
  client::WriteAnswer Do(const client::Withdraw& request) override { return client_->Do(request); }
  client::BalanceAnswer GetBalance(int64_t user_id, const std::string& currency) override {
    return client_->GetBalance(user_id, currency);
  }
  client::BalanceAnswer Read(const client::ReadBalance& request) override {
    return client_->Read(request);
  }
  client::ChangesAnswer List(const client::ListChanges& request) override {
    return client_->List(request);
  }
  client::TransactionAnswer GetTransaction(int64_t user_id, int64_t id) override {
    return client_->GetTransaction(user_id, id);
  }
  client::TransactionAnswer GetTransaction(int64_t user_id, const std::string& key) override {
    return client_->GetTransaction(user_id, key);
  }
  client::PageAnswer List(const client::ListTransactions& request) override {
    return client_->List(request);
  }
  client::HealthAnswer GetHealth() override { return client_->GetHealth(); }

 private:
  const std::unique_ptr<client::Client> client_;
};

}  // namespace

std::string ToString(Interface interface) {
  return interface == Interface::kHttp ? "Http" : "Binary";
}

std::unique_ptr<Door> OpenBinary(const std::string& address) {
  return std::make_unique<BinaryDoor>(address);
}

}  // namespace wallet::e2e
