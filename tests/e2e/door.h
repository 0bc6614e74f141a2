// One test, two interfaces: the wallet as its callers see it, through HTTP or the binary protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/client/client.h"

namespace wallet::e2e {

enum class Interface { kHttp, kBinary };
std::string ToString(Interface interface);  // "Http", "Binary": also names of test cases

// One caller with a connection of its own. Calls block and are tried once. One thread at a time.
class Door {
 public:
  virtual ~Door() = default;

  virtual client::WriteAnswer Do(const client::Charge& request) = 0;
  virtual client::WriteAnswer Do(const client::Withdraw& request) = 0;
  virtual client::BalanceAnswer GetBalance(int64_t user_id, const std::string& currency = "") = 0;
  virtual client::BalanceAnswer Read(const client::ReadBalance& request) = 0;
  virtual client::ChangesAnswer List(const client::ListChanges& request) = 0;
  virtual client::TransactionAnswer GetTransaction(int64_t user_id, int64_t id) = 0;
  virtual client::TransactionAnswer GetTransaction(int64_t user_id, const std::string& key) = 0;
  virtual client::PageAnswer List(const client::ListTransactions& request) = 0;
  virtual client::HealthAnswer GetHealth() = 0;

  // What the last answer said about when to come back, in seconds; HTTP only.
  virtual std::optional<int> retry_after() const { return std::nullopt; }
};

std::unique_ptr<Door> OpenHttp(const std::string& address);
std::unique_ptr<Door> OpenBinary(const std::string& address);

}  // namespace wallet::e2e
