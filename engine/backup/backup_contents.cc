#include "engine/backup/backup_contents.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "snapshot/catalog.h"
#include "wal/archive/segment_name.h"
#include "wal/base/coding.h"

namespace wallet {
namespace {

constexpr uint8_t kHasSnapshot = 1;
constexpr uint8_t kHasIndex = 2;

std::optional<Position> ReadOptional(Reader& reader, bool there) {
  const Position position(reader.Varint());
  if (there) return position;
  if (position > Position(0)) reader.Fail();
  return std::nullopt;
}

void ReadLedger(Reader& reader, BackupContents& contents) {
  const uint64_t epoch = reader.Varint();
  contents.epoch = Epoch(epoch);
  if (contents.epoch.bits() != epoch) reader.Fail();
  const auto currency = Currency::Parse(reader.Raw(kCurrencyBytes));
  if (!currency) reader.Fail();
  contents.default_currency = currency.value_or(Currency());
  const uint64_t created_at = reader.Varint();
  if (created_at > static_cast<uint64_t>(kMaxInstant.value())) return reader.Fail();
  contents.created_at = Instant(static_cast<int64_t>(created_at));
}

void ReadPositions(Reader& reader, BackupContents& contents) {
  const uint8_t flags = reader.Fixed<uint8_t>();
  if (flags > (kHasSnapshot | kHasIndex)) reader.Fail();
  contents.snapshot = ReadOptional(reader, flags & kHasSnapshot);
  contents.index = ReadOptional(reader, flags & kHasIndex);
  contents.log_begin = Position(reader.Varint());
  contents.log_begin_hash = reader.Array<Sha256>();
  contents.end = Position(reader.Varint());
  contents.end_hash = reader.Array<Sha256>();
}

bool Fits(const BackupContents& contents, Position part) {
  return contents.log_begin <= part && part <= contents.end;
}

bool IsSound(const BackupContents& contents) {
  return Fits(contents, contents.snapshot.value_or(Position(0))) &&
         Fits(contents, contents.index.value_or(Position(0)));
}

// Holds the names of the files against the contents, one after another.
class NameCheck {
 public:
  explicit NameCheck(const BackupContents& contents)
      : contents_(contents), log_end_(contents.log_begin) {}

  bool Accepts(std::string_view name) {
    if (name == kBackupLedgerName) return has_ledger_ = true;
    if (const auto below = Below(name, kBackupSnapshotDirectory)) return IsTheSnapshot(*below);
    if (const auto below = Below(name, kBackupIndexDirectory)) return IsOfTheIndex(*below);
    if (const auto below = Below(name, kBackupArchiveDirectory)) return IsTheNextSegment(*below);
    return false;
  }
  bool IsComplete() const {
    return has_ledger_ && has_snapshot_ == contents_.snapshot.has_value() &&
           has_index_ == contents_.index.has_value() && log_end_ == contents_.end;
  }

 private:
  static std::optional<std::string_view> Below(std::string_view name, std::string_view directory) {
    if (!name.starts_with(directory)) return std::nullopt;
    name.remove_prefix(directory.size());
    if (!name.starts_with('/')) return std::nullopt;
    return name.substr(1);
  }
  bool IsTheSnapshot(std::string_view name) {
    const auto position = ParseSnapshotName(name);
    has_snapshot_ = true;
    return position && position == contents_.snapshot;
  }
  bool IsOfTheIndex(std::string_view name) {
    has_index_ = has_index_ || name == "MANIFEST";
    return contents_.index.has_value();
  }
  bool IsTheNextSegment(std::string_view name) {
    const auto range = ParseSegmentName(name);
    if (!range || range->first.value() != log_end_.value() + 1) return false;
    log_end_ = range->last;
    return true;
  }

  const BackupContents& contents_;
  bool has_ledger_ = false;
  bool has_snapshot_ = false;
  bool has_index_ = false;
  Position log_end_;
};

absl::Status CheckNames(const BackupSetContents& set, const std::string& path) {
  NameCheck check(set.contents);
  for (const BackupFile& file : set.manifest.files) {
    if (check.Accepts(file.name)) continue;
    return absl::DataLossError(absl::StrCat(path, ": the set lists ", file.name,
                                            ", which does not belong to what it says it holds. "
                                            "Nothing was changed; use another set."));
  }
  if (check.IsComplete()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path,
      ": the set does not list all that it says it holds. Nothing was changed; use another "
      "set."));
}

}  // namespace

std::string EncodeBackupContents(const BackupContents& contents) {
  std::string bytes;
  PutFixed<uint32_t>(bytes, kBackupContentsVersion);
  PutVarint(bytes, contents.epoch.bits());
  bytes.append(contents.default_currency.ToString());
  PutVarint(bytes, static_cast<uint64_t>(contents.created_at.value()));
  PutFixed<uint8_t>(bytes, static_cast<uint8_t>((contents.snapshot ? kHasSnapshot : 0) |
                                                (contents.index ? kHasIndex : 0)));
  PutVarint(bytes, contents.snapshot.value_or(Position(0)).value());
  PutVarint(bytes, contents.index.value_or(Position(0)).value());
  PutVarint(bytes, contents.log_begin.value());
  bytes.append(AsBytes(contents.log_begin_hash));
  PutVarint(bytes, contents.end.value());
  bytes.append(AsBytes(contents.end_hash));
  return bytes;
}

absl::StatusOr<BackupContents> DecodeBackupContents(std::string_view bytes,
                                                    const std::string& path) {
  Reader reader(bytes);
  const uint32_t version = reader.Fixed<uint32_t>();
  if (version > kBackupContentsVersion) {
    return absl::UnimplementedError(
        absl::StrCat(path, ": what the backup set says of itself has version ", version,
                     "; this program reads version ", kBackupContentsVersion,
                     ". Use the program that made the set, or a newer one."));
  }
  BackupContents contents;
  ReadLedger(reader, contents);
  ReadPositions(reader, contents);
  if (version > 0 && reader.AtEnd() && IsSound(contents)) return contents;
  return absl::DataLossError(
      absl::StrCat(path,
                   " is damaged, or no backup set of a ledger: what it says of itself can't be "
                   "read. Nothing was changed; use another set."));
}

absl::StatusOr<BackupSetContents> ReadBackupContents(FileSystem& files, const std::string& set) {
  auto manifest = ReadBackupManifest(files, set);
  if (!manifest.ok()) return manifest.status();
  BackupSetContents read;
  read.manifest = *std::move(manifest);
  auto contents = DecodeBackupContents(read.manifest.metadata, BackupManifestPath(set));
  if (!contents.ok()) return contents.status();
  read.contents = *std::move(contents);
  if (absl::Status status = CheckNames(read, BackupManifestPath(set)); !status.ok()) return status;
  return read;
}

}  // namespace wallet
