// The parts of RunReader that read a whole file.
#include <algorithm>

#include "wal/base/file_hash.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_cursor.h"
#include "wal/runs/run_reader.h"

namespace wallet {
namespace {

absl::Status Stopped() { return absl::CancelledError("stopped on request"); }

}  // namespace

// First the entries, which say where damage is; the hash only says that there is some.
absl::Status RunReader::Verify(RunProgress progress) const {
  if (absl::Status status = VerifyEntries(progress); !status.ok()) return status;
  return VerifyHash(progress);
}

absl::Status RunReader::VerifyEntries(RunProgress progress) const {
  RunCursor cursor(*this, kRunReadAheadBytes);
  absl::Status status = cursor.SeekFirst(kFirstRunKey);
  uint64_t entries = 0, groups = 0, reported = 0, group = 0;
  for (; status.ok() && cursor.valid(); status = cursor.Next()) {
    const uint64_t found = cursor.entry().key.group;
    if (entries++ == 0 || found != group) {
      ++groups;
      if (!MayContain(found)) return Damage(footer_.filter.offset, "the filter misses a group");
    }
    group = found;
    if (cursor.offset() - reported < kRunReadAheadBytes) continue;
    reported = cursor.offset();
    if (!progress(reported, 2 * summary().size_bytes)) return Stopped();
  }
  if (!status.ok()) return status;
  if (entries == summary().entries && groups == summary().groups) return absl::OkStatus();
  return Damage(footer_.filter.end(), "the footer counts other entries than there are");
}

absl::Status RunReader::VerifyHash(RunProgress progress) const {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kRunReadAheadBytes);
  const uint64_t end = footer_.filter.end();
  FileHash hash;
  for (uint64_t offset = 0; offset < end;) {
    const size_t size = std::min<uint64_t>(kRunReadAheadBytes, end - offset);
    absl::Status status = ReadExactly(offset, {buffer.get(), size});
    if (!status.ok()) return status;
    hash.Update({buffer.get(), size});
    offset += size;
    const uint64_t done = offset == end ? summary().size_bytes : offset;
    if (!progress(summary().size_bytes + done, 2 * summary().size_bytes)) return Stopped();
  }
  if (hash.Digest() == summary().hash) return absl::OkStatus();
  return Damage(0, "the file does not match the hash of the whole");
}

}  // namespace wallet
