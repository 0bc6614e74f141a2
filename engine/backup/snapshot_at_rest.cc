#include "engine/backup/snapshot_at_rest.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/backup/load_ledger.h"
#include "engine/ledger/ledger_snapshot.h"
#include "engine/payload.h"
#include "engine/snapshot_draft.h"
#include "snapshot/snapshot_reader.h"
#include "wal/record.h"

namespace wallet {
namespace {

constexpr uint64_t kProgressEvents = 100'000;

absl::Status Cancelled() { return absl::CancelledError("stopped on request"); }

class Rest {
 public:
  Rest(const RestingLedger& resting, ReplayProgress progress, const std::atomic<bool>& cancelled)
      : resting_(resting),
        progress_(progress),
        cancelled_(cancelled),
        catalog_(resting.files, resting.snapshots),
        bound_(std::min(resting.log.end(), resting.index.value_or(resting.log.end()))),
        hash_(GenesisHash(resting.identity.chain_seed)) {}

  absl::StatusOr<SnapshotAtRest> Run() {
    absl::Status status = catalog_.CreateDirectory();
    if (status.ok()) status = Load();
    if (status.ok()) status = Replay();
    if (!status.ok()) return status;
    if (loaded_ && loaded_->position == at_) return SnapshotAtRest{.taken = *loaded_};
    return Write();
  }

 private:
  absl::Status Load() {
    auto kept = catalog_.List();
    if (!kept.ok()) return kept.status();
    for (auto each = kept->rbegin(); each != kept->rend(); ++each) {
      if (each->position > bound_ || each->position < resting_.log.begin()) continue;
      const absl::Status status = Load(*each);
      if (!absl::IsDataLoss(status)) return status;
      ledger_ = std::make_unique<Ledger>();  // an older one may do
      loaded_.reset();
    }
    if (resting_.log.begin() == Position(0)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "there is no snapshot in ", resting_.snapshots,
        " that can be used, and the log begins only "
        "behind position ",
        resting_.log.begin().value(),
        ". Nothing was changed. Keep the directory as it is and restore a backup into a new one."));
  }

  absl::Status Load(const SnapshotFile& file) {
    const auto reader = SnapshotReader::Open(resting_.files, file.path);
    if (!reader.ok()) return reader.status();
    const auto metadata = DecodeSnapshotMetadata((*reader)->metadata(), file.path);
    if (!metadata.ok()) return metadata.status();
    if (metadata->position != file.position) {
      return absl::DataLossError(absl::StrCat(file.path, ": it is not what its name says"));
    }
    const absl::Status status = LoadLedger(**reader, *metadata, *ledger_, cancelled_);
    if (!status.ok()) return status;
    at_ = file.position;
    hash_ = metadata->chain_hash;
    loaded_ = SnapshotTaken{.position = file.position,
                            .bytes = (*reader)->file_bytes(),
                            .created_at = metadata->created_at};
    return absl::OkStatus();
  }

  absl::Status Replay() {
    if (at_ == bound_) return absl::OkStatus();
    uint64_t reported = at_.value();
    bool complete = false;
    const absl::Status status = resting_.log.Read(at_, [&](const RecordView& record) {
      if (cancelled_) return Cancelled();
      complete = record.last() > bound_;
      if (complete) return absl::CancelledError("everything that is wanted was read");
      if (record.previous != hash_) return OfAnotherLog();
      if (record.last().value() - reported >= kProgressEvents) {
        reported = record.last().value();
        progress_(record.last(), bound_);
      }
      at_ = record.last();
      hash_ = record.hash;
      return ReadPayload(record,
                         [&](const Event& event, const EncodedEvent&) { ledger_->Apply(event); });
    });
    return complete ? absl::OkStatus() : status;
  }

  absl::Status OfAnotherLog() const {
    return absl::DataLossError(
        absl::StrCat("the log does not go on from the snapshot of position ", at_.value(), " in ",
                     resting_.snapshots,
                     ": they are not of one ledger. Nothing was changed. Keep both as they are."));
  }

  absl::StatusOr<SnapshotAtRest> Write() {
    auto file = SnapshotDraft::Create(resting_.files, resting_.snapshots, at_, 1,
                                      loaded_ ? loaded_->bytes : 0);
    if (!file.ok()) return file.status();
    SnapshotMetadata metadata = Describe();
    const auto snapshot = ledger_->BeginSnapshot();
    for (std::string slice; snapshot->Next(kSnapshotSliceBytes, slice); slice.clear()) {
      absl::Status status = cancelled_ ? Cancelled() : (*file)->Append(0, slice);
      if (!status.ok()) return status;
    }
    metadata.sections[0].digest = snapshot->digest();
    if (absl::Status status = (*file)->Publish(metadata, cancelled_); !status.ok()) return status;
    return SnapshotAtRest{
        .taken = {.position = at_, .bytes = (*file)->bytes(), .created_at = metadata.created_at},
        .made = true};
  }

  SnapshotMetadata Describe() const {
    SnapshotMetadata metadata;
    metadata.position = at_;
    metadata.chain_hash = hash_;
    metadata.epoch = resting_.identity.epoch;
    metadata.default_currency = resting_.identity.default_currency;
    metadata.created_at = resting_.clock.Now();
    metadata.last_stamp = ledger_->last_stamp();
    SectionFacts& facts = metadata.sections.emplace_back();
    facts.accounts = ledger_->account_count();
    for (int i = 0; i < kSubstatusCount; ++i) {
      facts.open_withdrawals += ledger_->OpenCount(static_cast<Substatus>(i));
    }
    return metadata;
  }

  const RestingLedger& resting_;
  ReplayProgress progress_;
  const std::atomic<bool>& cancelled_;
  SnapshotCatalog catalog_;
  const Position bound_;
  std::unique_ptr<Ledger> ledger_ = std::make_unique<Ledger>();
  std::optional<SnapshotTaken> loaded_;
  Position at_;  // of the ledger
  Sha256 hash_;  // of the record that ends there
};

}  // namespace

absl::StatusOr<SnapshotAtRest> TakeSnapshotAtRest(const RestingLedger& resting,
                                                  ReplayProgress progress,
                                                  const std::atomic<bool>& cancelled) {
  return Rest(resting, progress, cancelled).Run();
}

}  // namespace wallet
