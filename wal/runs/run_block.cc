#include "wal/runs/run_block.h"

#include <algorithm>
#include <cstring>

#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"
#include "wal/runs/limits.h"
#include "wal/runs/run_format.h"

namespace wallet {
namespace {

static_assert(kMaxRunBlockBytes == kRunChecksumBytes + 3 * kMaxVarintBytes + kMaxRunValueBytes);

// A guess that spares growing the list of entries; nothing depends on it.
constexpr size_t kUsualEntryBytes = 24;

// The key that follows `last`; its order is absolute in a new group. False: no key can follow so.
bool DecodeKey(Reader& reader, RunKey& last) {
  const uint64_t groups = reader.Varint();
  const uint64_t order = reader.Varint();
  const RunKey key{last.group + groups, groups == 0 ? last.order + order : order};
  if (!(last < key)) return false;  // so of a sum that overflowed, too
  last = key;
  return true;
}

bool ByKey(const RunEntry& entry, RunKey key) { return entry.key < key; }
bool KeyBy(RunKey key, const RunEntry& entry) { return key < entry.key; }

}  // namespace

// An entry's head is put in place before it is known whether the entry fits.
static_assert(kRunBlockBytes + 3 * kMaxVarintBytes <= kMaxRunBlockBytes);

RunBlockBuilder::RunBlockBuilder()
    : bytes_(std::make_unique_for_overwrite<char[]>(kMaxRunBlockBytes)) {
  Clear();
}

void RunBlockBuilder::Clear() {
  size_ = kRunChecksumBytes;  // filled in by Seal
  entries_ = 0;
}

char* RunBlockBuilder::PutHead(char* out, RunKey key, size_t value_size) const {
  const bool first = entries_ == 0;
  const bool same_group = !first && key.group == last_.group;
  out = PutVarint(out, first ? key.group : key.group - last_.group);
  out = PutVarint(out, same_group ? key.order - last_.order : key.order);
  return PutVarint(out, value_size);
}

bool RunBlockBuilder::Add(RunKey key, std::string_view value) {
  WALLET_CHECK(value.size() <= kMaxRunValueBytes);
  WALLET_CHECK(entries_ == 0 || last_ < key);
  char* const place = PutHead(&bytes_[size_], key, value.size());
  const size_t size = static_cast<size_t>(place - bytes_.get()) + value.size();
  if (entries_ > 0 && size > kRunBlockBytes) return false;
  value.copy(place, value.size());
  size_ = size;
  if (entries_++ == 0) first_ = key;
  last_ = key;
  return true;
}

std::string_view RunBlockBuilder::Seal(uint64_t seed) {
  const std::string_view block(bytes_.get(), size_);
  const uint64_t checksum = Xxh3(block.substr(kRunChecksumBytes), seed);
  std::memcpy(bytes_.get(), &checksum, sizeof(checksum));
  return block;
}

std::string_view RunBlock::Decode(std::string_view bytes, uint64_t seed) {
  entries_.clear();
  entries_.reserve(bytes.size() / kUsualEntryBytes);
  Reader reader(bytes);
  const uint64_t checksum = reader.Fixed<uint64_t>();
  const std::string_view contents = reader.Raw(reader.remaining());
  if (!reader.ok() || contents.empty()) return "a block is too short";
  if (checksum != Xxh3(contents, seed)) return "a block does not match its checksum";
  const std::string_view problem = DecodeEntries(contents);
  if (!problem.empty()) entries_.clear();
  return problem;
}

std::string_view RunBlock::DecodeEntries(std::string_view contents) {
  Reader reader(contents);
  RunKey key;
  key.group = reader.Varint();
  key.order = reader.Varint();
  entries_.push_back({key, reader.Bytes()});
  while (reader.remaining() > 0) {
    if (!DecodeKey(reader, key)) return "a block's keys do not ascend";
    entries_.push_back({key, reader.Bytes()});
  }
  return reader.ok() ? "" : "a block ends within an entry";
}

size_t RunBlock::LowerBound(RunKey key) const {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), key, ByKey);
  return static_cast<size_t>(found - entries_.begin());
}

size_t RunBlock::UpperBound(RunKey key) const {
  const auto found = std::upper_bound(entries_.begin(), entries_.end(), key, KeyBy);
  return static_cast<size_t>(found - entries_.begin());
}

}  // namespace wallet
