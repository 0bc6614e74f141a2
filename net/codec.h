// Between the messages of the binary protocol and the engine's words. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/batch.h"
#include "engine/engine.h"
#include "engine/request.h"
#include "net/proto/wallet.pb.h"

namespace wallet {

// What a server says about itself.
struct ServerIdentity {
  std::string version;  // of the program
  std::string epoch;
  std::string bank;
  Currency default_currency;
};

// What the operation asks of a shard, or why it cannot be asked. The texts of the answer are views
// into `operation`. A field this version does not know is refused (unknown_field), never ignored:
// it may be what holds the money back. Not for get_health, which asks nothing of a shard.
Validated Decode(const v1::Operation& operation, Currency default_currency);

// kOk unless get_health carries what this version does not know.
Outcome CheckGetHealth(const v1::Operation& operation);

// A ListChanges of what either interface says: `after` is a position's token.
Validated ValidateChanges(std::optional<std::string_view> after, std::optional<int64_t> limit);

// Whether what an operator asks carries what this version does not know.
bool HasUnknownAdminFields(const v1::Operation& operation);

// A refusal as the result of its operation.
Result ToResult(Refusal refusal);

// Appends the result as one of a Response's `results`, byte for byte as Protobuf would.
void AppendResult(const Result& result, std::string& out);

// These fill a message that is empty (cleared).
void Encode(const Health& health, const ServerIdentity& server, v1::Health& out);
void EncodeError(Outcome outcome, std::string_view field, std::string_view message,
                 v1::Error& out);  // an empty message: DefaultMessage(outcome)

}  // namespace wallet
