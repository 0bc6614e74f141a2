// What operators ask of a running server, in the messages of the binary protocol.
#pragma once

#include <optional>

#include "engine/backup/maintenance.h"
#include "engine/engine.h"
#include "engine/request.h"
#include "net/proto/wallet.pb.h"

namespace wallet {

// Begins what is asked, or says how far it is; fills the empty `out`, or answers why not. Refused
// from another machine (`local` is false): it writes files where it is told to, and the protocol
// knows no users yet. Never waits for a disk. Any thread.
std::optional<Refusal> AnswerAdmin(const v1::Admin& asked, const Engine& engine,
                                   Maintenance* maintenance, bool local, v1::AdminResult& out);

}  // namespace wallet
