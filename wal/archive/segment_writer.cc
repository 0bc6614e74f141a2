#include "wal/archive/segment_writer.h"

#include <utility>

#include "wal/archive/segment_name.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/mutant.h"
#include "wal/base/publish.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(
    FileSystem& files, std::string directory, const SegmentHeader& header,
    const SegmentWriterOptions& options) {
  auto file = files.CreateNew(directory + "/" + UnfinishedSegmentName(header.first));
  if (!file.ok()) return file.status();
  std::unique_ptr<SegmentWriter> writer(
      new SegmentWriter(files, std::move(directory), header, options, *std::move(file)));
  absl::Status status = writer->Write(EncodeSegmentHeader(header));
  if (!status.ok()) return status;
  return writer;
}

SegmentWriter::SegmentWriter(FileSystem& files, std::string directory, const SegmentHeader& header,
                             const SegmentWriterOptions& options, std::unique_ptr<AppendFile> file)
    : files_(files),
      directory_(std::move(directory)),
      header_(header),
      options_(options),
      temporary_(directory_ + "/" + UnfinishedSegmentName(header.first)),
      file_(std::move(file)),
      compressor_(options.compression_level) {
  footer_.last = Position(header.first.value() - 1);
  footer_.hash = header.previous;
}

SegmentWriter::~SegmentWriter() {
  file_.reset();
  // If it stays after all, whoever next writes to the archive removes it.
  files_.Remove(temporary_).IgnoreError();
}

bool SegmentWriter::Fits(const RecordView& record) const {
  const uint64_t most = written_ + kSegmentBlockHeadBytes + plain_.size() + kArchiveFrameBytes +
                        record.bytes.size() + kSegmentFooterBytes;
  return footer_.records == 0 || most <= options_.segment_bytes;
}

absl::Status SegmentWriter::Add(const RecordView& record) {
  WALLET_CHECK(record.previous == footer_.hash);
  WALLET_CHECK(record.first.value() == footer_.last.value() + 1);
  PutFixed<uint32_t>(plain_, static_cast<uint32_t>(record.bytes.size()));
  plain_.append(record.bytes);
  ++footer_.records;
  footer_.record_bytes += record.bytes.size();
  footer_.last = record.last();
  footer_.hash = record.hash;
  return plain_.size() < kArchiveBlockBytes ? absl::OkStatus() : CloseBlock();
}

absl::Status SegmentWriter::CloseBlock() {
  if (plain_.empty()) return absl::OkStatus();
  block_.assign(kSegmentBlockHeadBytes, '\0');
  const Codec codec = compressor_.Compress(plain_, block_);
  SealSegmentBlock(static_cast<uint32_t>(plain_.size()), codec, written_, block_);
  plain_.clear();
  return Write(block_);
}

absl::Status SegmentWriter::Write(std::string_view bytes) {
  hash_.Update(bytes);
  absl::Status status = file_->Append(bytes);
  written_ += bytes.size();
  if (status.ok() && written_ - synced_ >= kSyncEveryBytes) {
    status = file_->Sync();
    synced_ = written_;
  }
  return status;
}

absl::Status SegmentWriter::Finish() {
  if (absl::Status status = CloseBlock(); !status.ok()) return status;
  footer_.digest = hash_.Digest();
  absl::Status status = file_->Append(EncodeSegmentFooter(footer_, written_));
  if (status.ok() && !WALLET_MUTANT("archive_not_synced")) status = file_->Sync();
  file_.reset();
  return status;
}

absl::StatusOr<ArchivedSegment> SegmentWriter::Publish() {
  WALLET_CHECK(footer_.records > 0);
  if (absl::Status status = Finish(); !status.ok()) return status;
  const ArchivedSegment segment{SegmentName({header_.first, footer_.last}),
                                written_ + kSegmentFooterBytes, header_, footer_};
  absl::Status status = wallet::Publish(files_, temporary_, directory_ + "/" + segment.name);
  if (!status.ok()) return status;
  return segment;
}

}  // namespace wallet
