// The index by itself, and against the ledger that has come to its position.
#pragma once

#include <memory>
#include <optional>

#include "engine/directory.h"
#include "engine/index/index_reader.h"
#include "engine/ledger/ledger.h"
#include "engine/verify/check_list.h"
#include "wal/base/file.h"

namespace wallet {

// The manifest, and every byte of every run. None: it can't be read.
std::optional<IndexReader> CheckIndexFiles(FileSystem& files, const std::string& index,
                                           CheckList& list);

// Every row: that a user's ids go from 1 on without a gap, that each currency's ranks are those of
// its rows, that there is one key for each row and that it leads there. Against the ledger, when
// there is one: that it knows the same users, ids and accounts, and that each account's rows add up
// to its balance. Each entry of the index is read once, in order.
void CheckIndexRows(const IndexReader& index, const Ledger* ledger, CheckList& list);

}  // namespace wallet
