// How the log lies in RocksDB (wal/FORMAT.md), and how RocksDB is opened for it: the inside of
// rocks_log.h and rocks_log_copy.h.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wal/base/position.h"
#include "wal/record.h"

namespace wallet {

// The row of the family `meta` that says where the log begins.
inline constexpr char kBeginKey[] = "begin";

inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string KeyOf(Position first);
absl::StatusOr<Position> PositionOf(const rocksdb::Slice& key);
std::string EncodeLink(const RecordLink& link);

// kResourceExhausted: no space; kUnavailable: busy; kInternal: the disk fails; kDataLoss: what is
// on it is damaged or missing.
absl::Status FromRocks(const rocksdb::Status& status);

// `default` with the records, then `meta`.
std::vector<rocksdb::ColumnFamilyDescriptor> LogFamilies();
rocksdb::ColumnFamilyOptions LogFamilyOptions();
rocksdb::DBOptions LogDatabaseOptions();

}  // namespace wallet
