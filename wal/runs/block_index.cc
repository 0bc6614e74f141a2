#include "wal/runs/block_index.h"

#include <algorithm>

#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/runs/limits.h"

namespace wallet {

void BlockIndex::Add(RunKey first, uint32_t size_bytes) {
  static_assert(kStride * kMaxRunBlockBytes <= UINT32_MAX);
  WALLET_CHECK(size_bytes > 0 && size_bytes <= kMaxRunBlockBytes);
  WALLET_CHECK(firsts_.empty() || firsts_.back() < first);
  if (blocks() % kStride == 0) bases_.push_back(end_);
  firsts_.push_back(first);
  offsets_.push_back(static_cast<uint32_t>(end_ - bases_.back()));
  end_ += size_bytes;
}

size_t BlockIndex::Find(RunKey key) const {
  const auto above = std::upper_bound(firsts_.begin(), firsts_.end(), key);
  const auto found = static_cast<size_t>(above - firsts_.begin());
  return found == 0 ? 0 : found - 1;
}

std::string BlockIndex::Encode() const {
  std::string bytes;
  PutVarint(bytes, blocks());
  RunKey last;
  for (size_t i = 0; i < blocks(); ++i) {
    const RunKey key = firsts_[i];
    PutVarint(bytes, key.group - last.group);
    PutVarint(bytes, i > 0 && key.group == last.group ? key.order - last.order : key.order);
    PutVarint(bytes, size_bytes(i));
    last = key;
  }
  return bytes;
}

std::optional<BlockIndex> BlockIndex::Decode(std::string_view bytes, uint64_t begin) {
  Reader reader(bytes);
  BlockIndex index(begin);
  const uint64_t blocks = reader.Varint();
  if (blocks == 0 || blocks > reader.remaining()) return std::nullopt;
  index.firsts_.reserve(blocks);
  index.offsets_.reserve(blocks);
  RunKey last;
  for (uint64_t i = 0; i < blocks; ++i) {
    const uint64_t groups = reader.Varint();
    const uint64_t order = reader.Varint();
    const uint64_t size = reader.Varint();
    const bool same = i > 0 && groups == 0;
    const RunKey key{last.group + groups, same ? last.order + order : order};
    if (!reader.ok() || size == 0 || size > kMaxRunBlockBytes) return std::nullopt;
    if (i > 0 && !(last < key)) return std::nullopt;  // so of a sum that overflowed, too
    index.Add(key, static_cast<uint32_t>(size));
    last = key;
  }
  if (!reader.AtEnd()) return std::nullopt;
  return index;
}

size_t BlockIndex::memory_bytes() const {
  return firsts_.capacity() * sizeof(RunKey) + offsets_.capacity() * sizeof(uint32_t) +
         bases_.capacity() * sizeof(uint64_t);
}

}  // namespace wallet
