#include "wal/runs/run_writer.h"

#include <algorithm>
#include <utility>

#include "wal/base/check.h"
#include "wal/base/hash.h"

namespace wallet {

absl::StatusOr<std::unique_ptr<RunWriter>> RunWriter::Create(FileSystem& files, std::string path,
                                                             const RunWriterOptions& options) {
  auto file = files.CreateBulk(path);
  if (!file.ok()) return file.status();
  return std::unique_ptr<RunWriter>(
      new RunWriter(files, std::move(path), options, *std::move(file)));
}

RunWriter::RunWriter(FileSystem& files, std::string path, const RunWriterOptions& options,
                     std::unique_ptr<AppendFile> file)
    : files_(files), path_(std::move(path)), options_(options), file_(std::move(file)) {
  if (options_.filter_groups) filter_.emplace(*options_.filter_groups);
  chunk_.reserve(kRunChunkBytes + kMaxRunBlockBytes);
  chunk_ = EncodeRunHeader(options_.salt);
}

RunWriter::~RunWriter() {
  file_.reset();
  // If it stays after all, the set removes it when it is next opened.
  if (!kept_) files_.Remove(path_).IgnoreError();
}

absl::Status RunWriter::Add(RunKey key, std::string_view value) {
  if (!status_.ok()) [[unlikely]]
    return status_;
  WALLET_CHECK(!finished_);
  RunSummary& run = footer_.summary;
  WALLET_CHECK(run.entries == 0 || run.last < key);
  if (!block_.Add(key, value)) {
    if (absl::Status status = CloseBlock(); !status.ok()) return status;
    WALLET_CHECK(block_.Add(key, value));
  }
  if (run.entries == 0 || run.last.group != key.group) {
    ++run.groups;
    if (filter_) filter_->Add(key.group);
  }
  if (run.entries++ == 0) run.first = key;
  run.last = key;
  return status_;
}

absl::Status RunWriter::CloseBlock() {
  const std::string_view bytes = block_.Seal(RunChecksumSeed(options_.salt, offset()));
  index_.Add(block_.first(), static_cast<uint32_t>(bytes.size()));
  absl::Status status = Write(bytes);
  block_.Clear();
  return status;
}

absl::Status RunWriter::Write(std::string_view bytes) {
  chunk_.append(bytes);
  if (chunk_.size() < kRunChunkBytes) return status_;
  return Flush();
}

absl::Status RunWriter::Flush() {
  if (!status_.ok()) return status_;
  status_ = file_->Append(chunk_);
  hash_.Update(chunk_);
  written_ += chunk_.size();
  chunk_.clear();
  return status_;
}

absl::Status RunWriter::WritePart(std::string_view bytes, RunPart& part) {
  part.offset = offset();
  part.size_bytes = bytes.size();
  part.checksum = Xxh3(bytes, RunChecksumSeed(options_.salt, part.offset));
  for (; !bytes.empty() && status_.ok();
       bytes.remove_prefix(std::min(bytes.size(), kRunChunkBytes))) {
    Write(bytes.substr(0, kRunChunkBytes)).IgnoreError();  // it stays in status_
  }
  return status_;
}

absl::Status RunWriter::WriteFilter() {
  if (!filter_) return WritePart("", footer_.filter);
  const GroupFilter filter = filter_->Finish();
  return WritePart({filter.bytes().data(), filter.bytes().size()}, footer_.filter);
}

absl::Status RunWriter::WriteEnd() {
  if (absl::Status status = CloseBlock(); !status.ok()) return status;
  footer_.blocks = index_.blocks();
  if (absl::Status status = WritePart(index_.Encode(), footer_.index); !status.ok()) return status;
  absl::Status status = WriteFilter();
  if (status.ok()) status = Flush();
  if (!status.ok()) return status;
  footer_.summary.hash = hash_.Digest();
  footer_.summary.size_bytes = offset() + kRunFooterBytes;
  return file_->Append(EncodeRunFooter(footer_, options_.salt));
}

absl::Status RunWriter::Finish() {
  WALLET_CHECK(!finished_);
  if (!status_.ok()) return status_;
  if (entries() == 0) return status_ = absl::FailedPreconditionError("a run of no entries");
  status_ = WriteEnd();
  if (status_.ok()) status_ = file_->Sync();
  file_.reset();
  filter_.reset();
  finished_ = status_.ok();
  return status_;
}

absl::Status RunWriter::Rename(const std::string& path) {
  WALLET_CHECK(finished_);
  absl::Status status = files_.Rename(path_, path);
  if (status.ok()) path_ = path;
  return status;
}

}  // namespace wallet
