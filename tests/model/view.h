// What clients see of the model's wallet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/model/model.h"

namespace wallet::model {

// A transaction as it is answered; texts that are absent and empty differ.
struct Transaction {
  int64_t user = 0;
  int64_t id = 0;
  std::string type;
  std::string status;
  std::string substatus;  // empty: a charge
  std::string currency;
  int64_t amount = 0;  // a withdrawal's is negative
  std::string key;
  std::optional<std::string> destination;
  std::optional<std::string> description;
  int64_t created_at = 0;
  int64_t updated_at = 0;
  std::optional<int64_t> release_at;
  std::string failure_code;
  std::string failure_message;
  bool operator==(const Transaction&) const = default;
};

Transaction See(const Entry& entry);

enum class Order : uint8_t { kPage, kBefore, kAfter };

// A list of a user's transactions, as asked for.
struct Query {
  std::optional<std::string> currency;
  Order order = Order::kPage;
  int64_t from = 1;  // the page, or the id
  int64_t limit = 10;
};

struct Page {
  std::vector<int64_t> ids;
  int64_t total = 0;
  std::optional<int64_t> next;
  bool operator==(const Page&) const = default;
};

Page List(const std::vector<Entry>& entries, const Query& query);

// One line, for a person.
std::string ToString(const Transaction& transaction);
std::string ToString(const Balance& balance);

}  // namespace wallet::model
