// The log, its mark and its archive, by themselves.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/directory.h"
#include "engine/verify/check_list.h"
#include "wal/archive/archive_reader.h"
#include "wal/base/file.h"
#include "wal/base/hash.h"
#include "wal/base/position.h"
#include "wal/rocks_log.h"

namespace wallet {

// The hashes of the records that end at certain positions.
using RecordHashes = std::map<Position, Sha256>;

struct LogFacts {
  std::unique_ptr<RocksLog> log;  // null: it can't be read
  RecordHashes hashes;            // of the positions asked for at which a record ends
};

// The mark's slots; that the log reaches it; the chain, the positions and the checksums of every
// record, and that every event in them decodes.
LogFacts CheckLog(FileSystem& files, const Directory& directory,
                  const std::set<Position>& positions, CheckList& list);

// Every segment, whole; that they are of this ledger and go on to where the log begins, and hold
// the very records that the log has. Null: it can't be read.
std::unique_ptr<ArchiveReader> CheckArchive(FileSystem& files, const std::string& archive,
                                            const Directory& directory, const LogFacts& log,
                                            CheckList& list);

}  // namespace wallet
