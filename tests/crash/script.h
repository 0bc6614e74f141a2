// A workload in a fixed order, one request after the other, that makes the server do all of its
// I/O: the log's, the bank's, and that of whatever follows behind.
#pragma once

#include <string>

#include "net/client/client.h"
#include "tests/crash/journal.h"

namespace wallet::crash {

// Events enough for a snapshot after every kScriptSnapshotEvents.
inline constexpr int kScriptSnapshotEvents = 1'000;

// Sends everything, and enters every answer; ends early when the server has gone. No two scripts of
// a journal share a prefix. The client must not retry.
void RunScript(client::Client& client, const std::string& key_prefix, Journal& journal);

}  // namespace wallet::crash
