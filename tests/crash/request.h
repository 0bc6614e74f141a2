// A write as the load sends it, and what its transaction must look like.
#pragma once

#include <string>
#include <variant>

#include "net/client/client.h"

namespace wallet::crash {

using Request = std::variant<client::Charge, client::Withdraw>;

// The ledger's default, for requests that name no currency.
inline constexpr char kDefaultCurrency[] = "USD";

int64_t UserOf(const Request& request);
const std::string& KeyOf(const Request& request);

// The same request for a greater amount: the same key must not get it through.
Request WithAnotherAmount(Request request);

void Send(client::Client& client, const Request& request, client::Done<client::WriteAnswer> done);
client::WriteAnswer Send(client::Client& client, const Request& request);

// What in `transaction` is not as `request` asked for; empty when all is.
std::string Difference(const Request& request, const client::Transaction& transaction);

// What has changed between two sights of one transaction that never may; empty when nothing has. A
// withdrawal may move on, but not away from an end; `later` must not be the older sight.
std::string Difference(const client::Transaction& earlier, const client::Transaction& later);

bool IsWithdrawal(const client::Transaction& transaction);
bool HasEnded(const client::Transaction& transaction);  // no longer pending

std::string Describe(const client::Transaction& transaction);

}  // namespace wallet::crash
