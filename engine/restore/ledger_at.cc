#include "engine/restore/ledger_at.h"

#include "engine/ledger/ledger_loader.h"
#include "engine/payload.h"
#include "snapshot/snapshot_reader.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

class Replayer {
 public:
  Replayer(const RestoreUntil& until, LedgerAt& at) : until_(until), at_(at) {}

  // kCancelled once the moment was reached within the record, or before it.
  absl::Status Apply(const RecordView& record) {
    Position position(record.first.value() - 1);
    const absl::Status status = ReadPayload(record, [&](const Event& event, const EncodedEvent&) {
      position = Position(position.value() + 1);
      Apply(position, event);
    });
    if (!status.ok()) return status;
    if (at_.point.position >= record.first) at_.log_bytes += record.bytes.size();
    if (at_.point.position == record.last()) {
      at_.point.hash = record.hash;
    } else if (at_.point.position >= record.first) {
      at_.point.hash = CutHash(record.hash, at_.point.position);
    }
    return reached_ ? absl::CancelledError("enough") : absl::OkStatus();
  }
  bool reached() const { return reached_; }

 private:
  void Apply(Position position, const Event& event) {
    if (position <= at_.point.position) return;
    reached_ = reached_ || (until_.position && position > *until_.position) ||
               (until_.instant && event.at > *until_.instant);
    if (reached_) return;
    at_.ledger.Apply(event);
    at_.point.position = position;
  }

  const RestoreUntil& until_;
  LedgerAt& at_;
  bool reached_ = false;
};

}  // namespace

std::string_view ToString(RestoreStep step) {
  switch (step) {
    case RestoreStep::kSnapshot:
      return "reading the snapshot";
    case RestoreStep::kReplay:
      return "replaying the log";
    case RestoreStep::kIndex:
      return "writing the index";
    case RestoreStep::kLog:
      return "copying the log";
    case RestoreStep::kVerify:
      return "verifying what was restored";
  }
  return "";
}

Sha256 CutHash(const Sha256& record, Position position) {
  std::string bytes;
  PutFixed<uint64_t>(bytes, position.value());
  return Sha256Of({"wallet log cut\n", AsBytes(record), bytes});
}

absl::StatusOr<SnapshotMetadata> ReadSnapshotMetadata(FileSystem& files, const std::string& path) {
  const auto reader = SnapshotReader::Open(files, path);
  if (!reader.ok()) return reader.status();
  return DecodeSnapshotMetadata((*reader)->metadata(), path);
}

absl::StatusOr<SnapshotMetadata> LoadSnapshot(FileSystem& files, const std::string& path,
                                              LedgerAt& at, RestoreProgress progress) {
  const auto reader = SnapshotReader::Open(files, path);
  if (!reader.ok()) return reader.status();
  absl::Status status = (*reader)->Verify([&](const Progress& bytes) {
    return progress(RestoreStep::kSnapshot, bytes.done_bytes, bytes.total_bytes);
  });
  if (!status.ok()) return status;
  const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), path);
  if (!metadata.ok()) return metadata.status();
  LedgerLoader loader(
      {&at.ledger}, [](UserId) { return size_t{0}; }, metadata->sections.size());
  for (size_t i = 0; status.ok() && i < metadata->sections.size(); ++i) {
    status = (*reader)->ReadSection(SectionNameOf(i), [&](std::string_view slice) {
      return progress(RestoreStep::kSnapshot, 0, 0) ? loader.Add(i, slice) : StoppedOnRequest();
    });
  }
  if (status.ok()) status = loader.Finish();
  if (!status.ok()) return status;
  if (loader.digest() != TotalDigest(*metadata)) {
    return OtherSections(path);
  }
  at.point = {metadata->position, metadata->chain_hash};
  return metadata;
}

absl::Status ReplayUntil(const LogPieces& log, const RestoreUntil& until, LedgerAt& at,
                         RestoreStep step, RestoreProgress progress) {
  Replayer replayer(until, at);
  const Position begin = at.point.position;
  const Position end = until.position.value_or(log.end());
  const absl::Status status = log.Read(at.point, end, [&](const RecordView& record) {
    if (!progress(step, record.first.value() - begin.value() - 1, end.value() - begin.value())) {
      return StoppedOnRequest();
    }
    return replayer.Apply(record);
  });
  return replayer.reached() ? absl::OkStatus() : status;
}

}  // namespace wallet
