// Everything a running server says about its ledger, held against itself, against the journal and
// against the bank's book.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/bank/sim_book.h"
#include "net/client/client.h"
#include "tests/crash/journal.h"

namespace wallet::crash {

// All transactions of the user, ids ascending, through every page; problems go to the journal.
std::vector<client::Transaction> ReadAll(client::Client& client, int64_t user, Journal& journal);

// For every user of the journal: its transactions are what answers have said, and its balances are
// what its transactions add up to. Withdrawals may move on meanwhile. Returns all transactions.
std::vector<client::Transaction> AuditLedger(client::Client& client, Journal& journal);

// Every so many-th write that was accepted is sent again: it must be known.
void RepeatAccepted(client::Client& client, size_t every, Journal& journal);

// Writes whose answer was lost with the server are sent again: each moves money at most once more,
// and not at all if it is there already.
void SettleLostTries(client::Client& client, Journal& journal);

// What the bank did and what the ledger says it did: at most one payment for each withdrawal,
// exactly one for each completed, none for each failed, and no payment without its withdrawal.
void AuditBookAgainst(const std::vector<client::Transaction>& ledger, const std::string& book_path,
                      Journal& journal);

// What the bank has paid.
std::set<std::string> PaidReferences(const std::string& book_path, Journal& journal);

}  // namespace wallet::crash
