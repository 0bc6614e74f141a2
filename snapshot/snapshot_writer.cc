#include "snapshot/snapshot_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "snapshot/format.h"
#include "snapshot/temporaries.h"
#include "wal/base/check.h"
#include "wal/base/mutant.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<SnapshotWriter>> SnapshotWriter::Create(
    FileSystem& files, std::string path, const SnapshotOptions& options) {
  WALLET_CHECK(options.chunk_bytes >= 1 && options.chunk_bytes <= kMaxChunkBytes);
  std::unique_ptr<SnapshotWriter> writer(new SnapshotWriter(files, std::move(path), options));
  if (absl::Status status = writer->Start(); !status.ok()) return status;
  return writer;
}

SnapshotWriter::SnapshotWriter(FileSystem& files, std::string path, const SnapshotOptions& options)
    : files_(files),
      path_(std::move(path)),
      temporary_(TemporaryOf(path_)),
      options_(options),
      compressor_(options.compression_level) {}

SnapshotWriter::~SnapshotWriter() {
  file_.reset();
  if (created_ && state_ != State::kPublished) files_.Remove(temporary_).IgnoreError();
}

absl::Status SnapshotWriter::Start() {
  const auto exists = files_.Exists(path_);
  if (!exists.ok()) return exists.status();
  if (*exists) return absl::AlreadyExistsError(absl::StrCat(path_, ": this snapshot exists"));
  auto file = files_.CreateNew(temporary_);
  if (absl::IsAlreadyExists(file.status())) {
    return absl::AlreadyExistsError(absl::StrCat(
        temporary_, ": another writer is at work, or a crash left this: then remove it first"));
  }
  if (!file.ok()) return file.status();
  created_ = true;
  file_ = *std::move(file);
  Write(EncodePreamble(kSnapshotFormat));
  return status_;
}

SectionNumber SnapshotWriter::AddSection(std::string_view name) {
  WALLET_CHECK(state_ == State::kOpen && sections_.size() < kMaxSections);
  WALLET_CHECK_NOTE(IsSectionName(name), name);
  WALLET_CHECK_NOTE(std::find(manifest_.sections.begin(), manifest_.sections.end(), name) ==
                        manifest_.sections.end(),
                    name);
  sections_.emplace_back();
  manifest_.sections.emplace_back(name);
  return SectionNumber(static_cast<uint32_t>(sections_.size() - 1));
}

absl::Status SnapshotWriter::Append(SectionNumber section, std::string_view slice) {
  WALLET_CHECK(state_ == State::kOpen && section.value() < sections_.size());
  std::string& buffer = sections_[section.value()].buffer;
  while (status_.ok() && !slice.empty()) {
    const std::string_view part = slice.substr(0, options_.chunk_bytes - buffer.size());
    buffer.append(part);
    slice.remove_prefix(part.size());
    if (buffer.size() == options_.chunk_bytes) FlushChunk(section);
  }
  return status_;
}

void SnapshotWriter::FlushChunk(SectionNumber number) {
  Section& section = sections_[number.value()];
  scratch_.assign(kChunkHeaderBytes, '\0');
  const Codec codec = compressor_.Compress(section.buffer, scratch_);
  const auto plain_bytes = static_cast<uint32_t>(section.buffer.size());
  const auto stored_bytes = static_cast<uint32_t>(scratch_.size() - kChunkHeaderBytes);
  const uint64_t checksum =
      SealChunk({number, section.chunks++, plain_bytes, stored_bytes, codec}, scratch_);
  manifest_.chunks.push_back({number, plain_bytes, stored_bytes, checksum});
  section.buffer.clear();
  Write(scratch_);
}

void SnapshotWriter::Write(std::string_view bytes) {
  if (!status_.ok()) return;
  status_ = file_->Append(bytes);
  hash_.Update(bytes);
  file_bytes_ += bytes.size();
  unsynced_bytes_ += bytes.size();
  if (unsynced_bytes_ >= options_.sync_every_bytes) Sync();
}

void SnapshotWriter::Sync() {
  if (status_.ok() && !WALLET_MUTANT("snapshot_not_synced")) status_ = file_->Sync();
  unsynced_bytes_ = 0;
}

absl::Status SnapshotWriter::Seal(std::string_view metadata) {
  WALLET_CHECK(state_ == State::kOpen && metadata.size() <= kMaxMetadataBytes);
  manifest_.metadata = metadata;
  for (uint32_t i = 0; i < sections_.size() && status_.ok(); ++i) {
    if (!sections_[i].buffer.empty()) FlushChunk(SectionNumber(i));
  }
  if (status_.ok()) WriteEnd();
  Sync();
  file_.reset();
  state_ = State::kSealed;
  return status_;
}

void SnapshotWriter::WriteEnd() {
  const std::string manifest = EncodeManifest(manifest_);
  if (manifest.size() > kMaxManifestBytes) {
    status_ = absl::OutOfRangeError(absl::StrCat(path_, ": more chunks than a snapshot can list"));
    return;
  }
  const Footer footer = {file_bytes_, manifest.size(), Xxh3(manifest)};
  Write(manifest);
  const std::string start = EncodeFooterStart(footer);
  hash_.Update(start);
  const std::string end = EncodeFooter(footer, hash_.Finish());
  if (status_.ok()) status_ = file_->Append(end);
  file_bytes_ += end.size();
}

absl::Status SnapshotWriter::Publish() {
  WALLET_CHECK(state_ == State::kSealed);
  if (status_.ok()) status_ = wallet::Publish(files_, temporary_, path_);
  if (status_.ok()) state_ = State::kPublished;
  return status_;
}

absl::Status SnapshotWriter::Commit(std::string_view metadata) {
  if (absl::Status status = Seal(metadata); !status.ok()) return status;
  return Publish();
}

}  // namespace wallet
