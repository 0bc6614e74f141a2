// Where one of RocksDB's log files ends, when the end of the file does not say so.
//
// A log file grows ahead of what is written (wal/rocks_files.h). Behind its last record lie zeros,
// or, when the power was lost, any part of a record that was never acknowledged: RocksDB itself
// takes that for damage, as it stands before the end of the file.
#pragma once

#include <cstddef>
#include <string_view>

namespace wallet {

// RocksDB's log_format.h: blocks of 32 KiB, each of fragments of records. A fragment is a masked
// CRC-32C (u32) of what follows the length, a length (u16), a type (u8) and so many bytes; none
// begins in the last 6 bytes of a block.
inline constexpr size_t kRocksBlockBytes = 32 << 10;

// `bytes` are of a log file, from the start of a block up to the file's end, or with more zeros at
// their end than a record can have. Returns up to where to read:
// - the end of the last whole record, when behind it there are only zeros or the remains of one
//   append, of kMaxRecordBytes at most (its parts reach the disk in any order);
// - `bytes.size()`, when what lies there is no such thing: damage, of which RocksDB shall speak. A
//   record behind the remains shows that they were synced, as each append waits for the one before.
// A damaged last record looks like one never finished: only the mark (wal/mark.h) tells. Pure.
size_t WrittenEnd(std::string_view bytes);

}  // namespace wallet
