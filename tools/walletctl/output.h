// How walletctl shows answers: aligned tables for people, JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "net/client/types.h"

namespace wallet {

// Columns aligned; a column of numbers to the right. The first row is the heading.
std::string Table(const std::vector<std::vector<std::string>>& rows);

// Amounts stay whole minor units, as in the contract: "12.34" would guess at the currency's
// decimals.
std::string TextOf(const client::WriteAnswer& answer);
std::string TextOf(const client::BalanceAnswer& answer);
std::string TextOf(const client::TransactionAnswer& answer);
std::string TextOf(const client::PageAnswer& answer);
// With the age of each withdrawal at `now`.
std::string WithdrawalsText(const client::PageAnswer& answer, Instant now);
std::string ChangesText(const client::ChangesAnswer& answer, bool heading);
std::string TextOf(const client::HealthAnswer& answer);

// The contract's names and shapes, one line.
std::string JsonOf(const client::WriteAnswer& answer);
std::string JsonOf(const client::BalanceAnswer& answer);
std::string JsonOf(const client::TransactionAnswer& answer);
std::string JsonOf(const client::PageAnswer& answer);
std::string JsonOf(const client::HealthAnswer& answer);
// A line for each change, as HTTP has them in its list.
std::string JsonLinesOf(const client::ChangesAnswer& answer);
// {"error":{"code":…,"message":…,"field":…}}
std::string ErrorJson(const client::Answer& answer);

}  // namespace wallet
