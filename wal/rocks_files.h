// The files of the log's RocksDB: the system's, but that its log files grow ahead of what is
// written to them, and are read only as far as that is.
//
// A third of what it takes to sync a small append to a file that grows goes into making the new
// size durable (ext4: a commit of the journal). A file that was made large before has no new size.
#pragma once

#include <rocksdb/env.h>

namespace wallet {

// For every use of a log's database, also to read it. Of the process. Any thread.
rocksdb::Env* LogFiles();

}  // namespace wallet
