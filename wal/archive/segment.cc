#include "wal/archive/segment.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "wal/base/absl_view.h"
#include "wal/base/coding.h"
#include "wal/base/mutant.h"
#include "wal/record.h"

namespace wallet {
namespace {

// The file, with its name in every error.
class SegmentFile {
 public:
  SegmentFile(std::unique_ptr<RandomAccessFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  static absl::StatusOr<SegmentFile> Open(FileSystem& files, const std::string& directory,
                                          const std::string& name) {
    std::string path = directory + "/" + name;
    auto file = files.OpenRead(path);
    if (!file.ok()) return ReadFailure(kSegmentFormat, path, 0, file.status());
    return SegmentFile(*std::move(file), std::move(path));
  }

  absl::StatusOr<uint64_t> Size() {
    auto size = file_->Size();
    if (!size.ok()) return ReadFailure(kSegmentFormat, path_, 0, size.status());
    return size;
  }

  absl::Status ReadExactly(uint64_t offset, size_t size, std::string& out) {
    out.resize(size);
    const auto read = file_->ReadAt(offset, out);
    if (!read.ok()) return ReadFailure(kSegmentFormat, path_, offset, read.status());
    if (*read != size) return Damage(offset + *read, "it is cut short");
    return absl::OkStatus();
  }

  absl::Status Damage(uint64_t offset, std::string_view what) const {
    return Damaged(kSegmentFormat, path_, offset, what);
  }
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<RandomAccessFile> file_;
  std::string path_;
};

// Reads the blocks in order, and hands out their records.
class SegmentScan {
 public:
  SegmentScan(SegmentFile file, const ArchivedSegment& segment)
      : file_(std::move(file)),
        segment_(segment),
        end_(segment.file_bytes - kSegmentFooterBytes),
        next_(segment.header.first),
        previous_(segment.header.previous) {}

  absl::Status Run(RecordVisitor visit, BytesRead done) {
    absl::Status status = ReadHeader();
    while (status.ok() && offset_ < end_) {
      const uint64_t start = offset_;
      status = LoadBlock();
      if (status.ok()) status = VisitBlock(start, visit);
      if (status.ok()) status = done(offset_ - start);
    }
    if (status.ok()) status = CheckEnd();
    return status.ok() ? done(kSegmentHeaderBytes + kSegmentFooterBytes) : status;
  }

 private:
  absl::Status ReadHeader() {
    absl::Status status = file_.ReadExactly(0, kSegmentHeaderBytes, stored_);
    hash_.Update(stored_);
    offset_ = kSegmentHeaderBytes;
    return status;
  }

  absl::Status LoadBlock() {
    const uint64_t room = end_ - offset_;
    if (room < kSegmentBlockHeadBytes) return file_.Damage(offset_, "a block is cut short");
    absl::Status status = file_.ReadExactly(offset_, kSegmentBlockHeadBytes, stored_);
    if (!status.ok()) return status;
    const auto block = DecodeSegmentBlock(stored_, room - kSegmentBlockHeadBytes);
    if (!block.ok()) return file_.Damage(offset_, ToStd(block.status().message()));
    const uint64_t size = kSegmentBlockHeadBytes + block->stored_bytes;
    status = file_.ReadExactly(offset_, size, stored_);
    if (!status.ok()) return status;
    if (!IsSealed(stored_, offset_) && !WALLET_MUTANT("archive_block_unchecked")) {
      return file_.Damage(offset_, "a block does not match its checksum");
    }
    const std::string_view packed = std::string_view(stored_).substr(kSegmentBlockHeadBytes);
    const auto plain = decompressor_.Decompress(block->codec, packed, block->plain_bytes);
    if (!plain) return file_.Damage(offset_, "a block does not decompress");
    plain_ = *plain;
    hash_.Update(stored_);
    offset_ += size;
    return absl::OkStatus();
  }

  absl::Status VisitBlock(uint64_t start, RecordVisitor visit) {
    for (Reader reader(plain_); !reader.AtEnd();) {
      const std::string_view bytes = reader.Raw(reader.Fixed<uint32_t>());
      if (!reader.ok()) return file_.Damage(start, "a record goes beyond its block");
      const auto record = DecodeRecord(bytes, next_, previous_);
      if (absl::IsUnimplemented(record.status())) return record.status();
      if (!record.ok()) return file_.Damage(start, ToStd(record.status().message()));
      next_ = Position(record->last().value() + 1);
      previous_ = record->hash;
      ++records_;
      record_bytes_ += bytes.size();
      if (absl::Status status = visit(*record); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status CheckEnd() const {
    const SegmentFooter& footer = segment_.footer;
    if (next_.value() != footer.last.value() + 1 || previous_ != footer.hash ||
        records_ != footer.records || record_bytes_ != footer.record_bytes) {
      return file_.Damage(end_, "the footer speaks of other records");
    }
    if (hash_.Digest() == footer.digest) return absl::OkStatus();
    return file_.Damage(0, "the file does not match the hash of the whole");
  }

  SegmentFile file_;
  const ArchivedSegment& segment_;
  const uint64_t end_;  // of the blocks
  uint64_t offset_ = 0;
  Position next_;
  Sha256 previous_;
  uint64_t records_ = 0;
  uint64_t record_bytes_ = 0;
  FileHash hash_;
  Decompressor decompressor_;
  std::string stored_;
  std::string_view plain_;
};

}  // namespace

absl::StatusOr<ArchivedSegment> LoadSegment(FileSystem& files, const std::string& directory,
                                            const std::string& name) {
  auto file = SegmentFile::Open(files, directory, name);
  if (!file.ok()) return file.status();
  const auto size = file->Size();
  if (!size.ok()) return size.status();
  std::string bytes;
  absl::Status status = file->ReadExactly(0, std::min<uint64_t>(*size, kSegmentHeaderBytes), bytes);
  if (!status.ok()) return status;
  const auto header = DecodeSegmentHeader(bytes, file->path());
  if (!header.ok()) return header.status();
  if (*size < kSegmentHeaderBytes + kSegmentFooterBytes) {
    return file->Damage(*size, "it is cut short");
  }
  const uint64_t offset = *size - kSegmentFooterBytes;
  status = file->ReadExactly(offset, kSegmentFooterBytes, bytes);
  if (!status.ok()) return status;
  const auto footer = DecodeSegmentFooter(bytes, offset, file->path());
  if (!footer.ok()) return footer.status();
  ArchivedSegment segment{name, *size, *header, *footer};
  if (ParseSegmentName(name) == segment.range()) return segment;
  return file->Damage(0, "it holds " + ToText(segment.range()) + ", not those of its name");
}

absl::Status ReadSegment(FileSystem& files, const std::string& directory,
                         const ArchivedSegment& segment, RecordVisitor visit, BytesRead done) {
  auto file = SegmentFile::Open(files, directory, segment.name);
  if (!file.ok()) return file.status();
  return SegmentScan(*std::move(file), segment).Run(visit, done);
}

}  // namespace wallet
