#include "wal/runs/run_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wal/base/hash.h"
#include "wal/runs/run_cursor.h"

namespace wallet {
namespace {

size_t RoundUp(size_t size) {
  return (size + kBulkBlockBytes - 1) / kBulkBlockBytes * kBulkBlockBytes;
}

void MakeRoom(RunBuffer& buffer, size_t size) {
  if (buffer.capacity >= size) return;
  buffer.capacity = RoundUp(size);
  buffer.bytes = AllocateAligned(kBulkBlockBytes, buffer.capacity);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunReader>> RunReader::Open(FileSystem& files,
                                                           const std::string& path,
                                                           std::string known_as) {
  auto file = files.OpenRead(path);
  if (absl::IsNotFound(file.status())) {
    return Damaged(kRunFormat, known_as, 0, "the file is missing");
  }
  if (!file.ok()) return ReadFailure(kRunFormat, known_as, 0, file.status());
  std::unique_ptr<RunReader> run(new RunReader(*std::move(file), std::move(known_as)));
  if (absl::Status status = run->Load(); !status.ok()) return status;
  return run;
}

absl::Status RunReader::Load() {
  const absl::StatusOr<uint64_t> size = file_->Size();
  if (!size.ok()) return ReadFailure(kRunFormat, known_as_, 0, size.status());
  if (absl::Status status = LoadHeader(*size); !status.ok()) return status;
  if (absl::Status status = LoadFooter(*size); !status.ok()) return status;
  if (absl::Status status = LoadIndex(); !status.ok()) return status;
  return LoadFilter();
}

absl::Status RunReader::LoadHeader(uint64_t file_bytes) {
  char bytes[kRunHeaderBytes];
  const size_t size = std::min<uint64_t>(file_bytes, sizeof(bytes));
  if (absl::Status status = ReadExactly(0, {bytes, size}); !status.ok()) return status;
  const absl::StatusOr<uint64_t> salt = DecodeRunHeader({bytes, size}, known_as_);
  if (!salt.ok()) return salt.status();
  salt_ = *salt;
  return absl::OkStatus();
}

absl::Status RunReader::LoadFooter(uint64_t file_bytes) {
  if (file_bytes < kRunHeaderBytes + kRunFooterBytes) {
    return Damage(file_bytes, "it is cut short");
  }
  char bytes[kRunFooterBytes];
  absl::Status status = ReadExactly(file_bytes - kRunFooterBytes, bytes);
  if (!status.ok()) return status;
  const auto footer = DecodeRunFooter({bytes, sizeof(bytes)}, salt_, file_bytes, known_as_);
  if (!footer.ok()) return footer.status();
  footer_ = *footer;
  return absl::OkStatus();
}

absl::Status RunReader::LoadIndex() {
  const auto bytes = std::make_unique_for_overwrite<char[]>(footer_.index.size_bytes);
  const std::span<char> buffer(bytes.get(), footer_.index.size_bytes);
  if (absl::Status status = ReadPart(footer_.index, buffer); !status.ok()) return status;
  auto index = BlockIndex::Decode({buffer.data(), buffer.size()}, kRunHeaderBytes);
  if (!index || index->blocks() != footer_.blocks || index->end() != footer_.index.offset ||
      index->first(0) != footer_.summary.first ||
      footer_.summary.last < index->first(index->blocks() - 1)) {
    return Damage(footer_.index.offset, "the index of its blocks does not fit the file");
  }
  index_ = *std::move(index);
  return absl::OkStatus();
}

absl::Status RunReader::LoadFilter() {
  if (footer_.filter.size_bytes == 0) return absl::OkStatus();
  filter_ = GroupFilter::ToLoad(footer_.filter.size_bytes);
  if (!filter_) return Damage(footer_.filter.offset, "the filter has a size that none has");
  return ReadPart(footer_.filter, filter_->buffer());
}

absl::Status RunReader::ReadPart(const RunPart& part, std::span<char> buffer) const {
  if (absl::Status status = ReadExactly(part.offset, buffer); !status.ok()) return status;
  const uint64_t seed = RunChecksumSeed(salt_, part.offset);
  if (part.checksum == Xxh3({buffer.data(), buffer.size()}, seed)) return absl::OkStatus();
  return Damage(part.offset, "a part does not match its checksum");
}

absl::Status RunReader::ReadExactly(uint64_t offset, std::span<char> buffer) const {
  const absl::StatusOr<size_t> size = file_->ReadAt(offset, buffer);
  if (!size.ok()) return ReadFailure(kRunFormat, known_as_, offset, size.status());
  if (*size == buffer.size()) return absl::OkStatus();
  return Damage(offset + *size, "the file ends early");
}

absl::Status RunReader::Damage(uint64_t offset, std::string_view what) const {
  return Damaged(kRunFormat, known_as_, offset, what);
}

size_t RunReader::memory_bytes() const {
  return index_.memory_bytes() + (filter_ ? filter_->memory_bytes() : 0);
}

bool RunReader::MayContain(uint64_t group) const {
  if (filter_) return filter_->MayContain(group);
  return summary().first.group <= group && group <= summary().last.group;
}

void RunReader::MayContain(std::span<const uint64_t> groups, std::span<bool> may) const {
  if (filter_) return filter_->MayContain(groups, may);
  for (size_t i = 0; i < groups.size(); ++i) may[i] = may[i] || MayContain(groups[i]);
}

absl::Status RunReader::Fill(RunBuffer& buffer, uint64_t offset, size_t size) const {
  MakeRoom(buffer, size);
  buffer.begin = buffer.end = offset;
  if (absl::Status status = ReadExactly(offset, {buffer.bytes.get(), size}); !status.ok()) {
    return status;
  }
  buffer.end = offset + size;
  return absl::OkStatus();
}

// Of the `size` bytes at `offset` and what follows, whole blocks of the disk.
absl::Status RunReader::FillAhead(RunBuffer& buffer, uint64_t offset, size_t size,
                                  size_t read_ahead) const {
  const uint64_t begin = offset / kBulkBlockBytes * kBulkBlockBytes;
  const uint64_t wanted =
      RoundUp(std::max(offset + size, std::min(offset + read_ahead, index_.end())) - begin);
  MakeRoom(buffer, wanted);
  buffer.begin = buffer.end = begin;
  const absl::StatusOr<size_t> read = file_->ReadOnce(begin, {buffer.bytes.get(), wanted});
  if (!read.ok()) return ReadFailure(kRunFormat, known_as_, begin, read.status());
  buffer.end = begin + *read;
  if (buffer.end >= offset + size) return absl::OkStatus();
  return Damage(buffer.end, "the file ends early");
}

absl::Status RunReader::ReadBlock(size_t number, size_t read_ahead, RunBuffer& buffer,
                                  RunBlock& block) const {
  const uint64_t offset = index_.offset(number);
  const size_t size = index_.size_bytes(number);
  if (offset < buffer.begin || buffer.end < offset + size) {
    absl::Status status =
        read_ahead > 0 ? FillAhead(buffer, offset, size, read_ahead) : Fill(buffer, offset, size);
    if (!status.ok()) return status;
  }
  const std::string_view bytes(buffer.bytes.get() + (offset - buffer.begin), size);
  const std::string_view problem = block.Decode(bytes, RunChecksumSeed(salt_, offset));
  if (!problem.empty()) return Damage(offset, problem);
  return CheckPlace(number, block);
}

absl::Status RunReader::CheckPlace(size_t number, const RunBlock& block) const {
  const RunKey last = block[block.size() - 1].key;
  const bool is_last = number + 1 == index_.blocks();
  if (block[0].key == index_.first(number) &&
      (is_last ? last == summary().last : last < index_.first(number + 1))) {
    return absl::OkStatus();
  }
  return Damage(index_.offset(number), "a block does not hold what the index says");
}

absl::Status RunReader::Scan(RunKey from, RunKey to, RunVisitor visit) const {
  if (to < summary().first || summary().last < from) return absl::OkStatus();
  RunCursor cursor(*this);
  absl::Status status = cursor.SeekFirst(from);
  while (status.ok() && cursor.valid() && cursor.entry().key <= to) {
    if (!visit(cursor.entry())) break;
    status = cursor.Next();
  }
  return status;
}

absl::Status RunReader::ScanBack(RunKey from, RunKey to, RunVisitor visit) const {
  if (to < summary().first || summary().last < from) return absl::OkStatus();
  RunCursor cursor(*this);
  absl::Status status = cursor.SeekLast(to);
  while (status.ok() && cursor.valid() && cursor.entry().key >= from) {
    if (!visit(cursor.entry())) break;
    status = cursor.Prev();
  }
  return status;
}

}  // namespace wallet
