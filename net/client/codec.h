// Between the client's plain structs and the protocol's messages.
#pragma once

#include <string>
#include <string_view>

#include "net/client/types.h"
#include "net/proto/wallet.pb.h"

namespace wallet::client {

// A Request of one operation. The bytes of several, joined, are a Request of all their operations:
// that is how Protobuf reads a repeated field.
std::string Encode(const Charge& charge);
std::string Encode(const Withdraw& withdraw);
std::string EncodeGetBalance(int64_t user_id, const std::string& currency);
std::string EncodeGetTransaction(int64_t user_id, int64_t id);
std::string EncodeGetTransaction(int64_t user_id, const std::string& idempotency_key);
std::string Encode(const ListTransactions& list);
std::string Encode(const ListWithdrawals& list);
std::string EncodeResolve(int64_t user_id, int64_t id, bool paid, const std::string& note);
std::string EncodeGetHealth();

// `epoch` is the Welcome's: half of a position.
void Decode(const v1::Result& result, std::string_view epoch, WriteAnswer& answer);
void Decode(const v1::Result& result, std::string_view epoch, BalanceAnswer& answer);
void Decode(const v1::Result& result, std::string_view epoch, TransactionAnswer& answer);
void Decode(const v1::Result& result, std::string_view epoch, PageAnswer& answer);
void Decode(const v1::Result& result, std::string_view epoch, HealthAnswer& answer);

}  // namespace wallet::client
