#include "engine/restore/restore_log.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "wal/record.h"
#include "wal/rocks_log_copy.h"

namespace wallet {
namespace {

// The events that follow each other on one base instant: what a segment holds.
struct Run {
  Instant base;
  std::string events;
  uint32_t count = 0;
};

// A record of the beginning of `record`, up to `until`, which it goes beyond.
absl::StatusOr<std::string> BeginningOf(const RecordView& record, Position until) {
  std::vector<Run> runs;
  Position at(record.first.value() - 1);
  const absl::Status status = ReadPayload(record, [&](const Event&, const EncodedEvent& encoded) {
    at = Position(at.value() + 1);
    if (at > until) return;
    if (runs.empty() || runs.back().base != encoded.base) runs.push_back({encoded.base});
    runs.back().events.append(encoded.bytes);
    ++runs.back().count;
  });
  if (!status.ok()) return status;
  std::string payload(kPayloadStart);
  for (const Run& run : runs) {
    absl::StrAppend(&payload, SegmentHead(run.events.size(), run.count, run.base), run.events);
  }
  const auto count = static_cast<uint32_t>(until.value() - record.first.value() + 1);
  const std::string_view parts[] = {payload};
  Sha256 hash{};
  return EncodeRecord(record.first, count, record.previous, parts, &hash);
}

absl::Status AddBeginning(const RecordView& record, Position until, RocksLogCopy& copy) {
  const auto bytes = BeginningOf(record, until);
  if (!bytes.ok()) return bytes.status();
  const auto shorter = DecodeRecord(*bytes, record.first, record.previous);
  return shorter.ok() ? copy.Add(*shorter) : shorter.status();
}

}  // namespace

absl::Status WriteLog(FileSystem& files, const RocksLogOptions& options, const LogPieces& log,
                      const LogPoint& from, Position until, RestoreProgress progress) {
  auto copy =
      RocksLogCopy::Create(files, options, {Position(from.position.value() + 1), from.hash});
  if (!copy.ok()) return copy.status();
  absl::Status status = log.Read(from, until, [&](const RecordView& record) {
    if (!progress(RestoreStep::kLog, record.first.value() - from.position.value() - 1,
                  until.value() - from.position.value())) {
      return StoppedOnRequest();
    }
    return record.last() <= until ? (*copy)->Add(record) : AddBeginning(record, until, **copy);
  });
  return status.ok() ? (*copy)->Finish() : status;
}

}  // namespace wallet
