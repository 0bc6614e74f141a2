// Between the client's plain structs and the protocol's messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/client/types.h"
#include "net/client/wire_result.h"
#include "net/proto/wallet.pb.h"

namespace wallet::client {

// Append one operation as it stands in a Request. The bytes of several, joined, are a Request of
// all of them: that is how Protobuf reads a repeated field. Any thread.
void Encode(const Charge& charge, std::string& out);
void Encode(const Withdraw& withdraw, std::string& out);
void Encode(const ReadBalance& read, std::string& out);
void EncodeGetTransaction(int64_t user_id, int64_t id, std::string& out);
void EncodeGetTransaction(int64_t user_id, const std::string& idempotency_key, std::string& out);
void Encode(const ListTransactions& list, std::string& out);
void Encode(const ListWithdrawals& list, std::string& out);
void Encode(const ListChanges& list, std::string& out);
void EncodeResolve(int64_t user_id, int64_t id, bool paid, const std::string& note,
                   std::string& out);
void EncodeGetHealth(std::string& out);
void EncodeBeginSnapshot(std::string& out);
void EncodeGetSnapshot(uint64_t ticket, std::string& out);
void EncodeListSnapshots(std::string& out);
void Encode(const CreateBackup& backup, std::string& out);
void EncodeGetBackup(std::string& out);
void EncodeCancelBackup(std::string& out);

// Fill an empty answer. `epoch` is the Welcome's: half of a position.
void Decode(const WireResult& result, std::string_view epoch, WriteAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, BalanceAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, TransactionAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, PageAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, ChangesAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, HealthAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, SnapshotAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, SnapshotsAnswer& answer);
void Decode(const WireResult& result, std::string_view epoch, BackupAnswer& answer);

}  // namespace wallet::client
