#include "wal/rocks_tail.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <optional>

#include "wal/base/coding.h"
#include "wal/base/mutant.h"
#include "wal/limits.h"

namespace wallet {
namespace {

constexpr size_t kHeaderBytes = 7;
enum Type : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

// What RocksDB puts around a record in the file: the write batch's head, the row's key, and a
// header in each block.
constexpr size_t kMostAroundRecord = 4 << 10;
constexpr size_t kMaxAppendBytes = kMaxRecordBytes + kMostAroundRecord;
static_assert(kMostAroundRecord > (kMaxRecordBytes / kRocksBlockBytes + 2) * kHeaderBytes + 64);

struct Fragment {
  uint8_t type;
  size_t end;
};

uint32_t MaskedCrc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8;
}

// The fragment that begins at `at`, if a whole one does.
std::optional<Fragment> FragmentAt(std::string_view bytes, size_t at) {
  const size_t left = std::min(bytes.size(), (at / kRocksBlockBytes + 1) * kRocksBlockBytes) - at;
  if (left < kHeaderBytes) return std::nullopt;
  Reader header(bytes.substr(at, kHeaderBytes));
  const uint32_t crc = header.Fixed<uint32_t>();
  const size_t length = header.Fixed<uint16_t>();
  const uint8_t type = header.Fixed<uint8_t>();
  if (type < kFull || type > kLast || kHeaderBytes + length > left) return std::nullopt;
  const size_t end = at + kHeaderBytes + length;
  if (MaskedCrc32c(bytes.substr(at + kHeaderBytes - 1, 1 + length)) != crc) return std::nullopt;
  return Fragment{type, end};
}

// Where the fragment behind one that ends at `end` begins.
size_t NextStart(size_t end) {
  const size_t left = kRocksBlockBytes - end % kRocksBlockBytes;
  return left < kHeaderBytes ? end + left : end;
}

// Whether one that begins a record begins in [from, to).
bool HasRecordStart(std::string_view bytes, size_t from, size_t to) {
  for (size_t at = from; at < to; ++at) {
    const auto fragment = FragmentAt(bytes, at);
    if (fragment && (fragment->type == kFull || fragment->type == kFirst)) return true;
  }
  return false;
}

}  // namespace

size_t WrittenEnd(std::string_view bytes) {
  size_t whole = 0;  // the end of the last record that is whole
  size_t next = 0;
  while (const auto fragment = FragmentAt(bytes, next)) {
    if (fragment->type == kFull || fragment->type == kLast) whole = fragment->end;
    next = NextStart(fragment->end);
  }
  const size_t written = bytes.find_last_not_of('\0') + 1;
  if (written <= whole || WALLET_MUTANT("log_tail_unchecked")) return whole;
  const bool one_append =
      written - whole <= kMaxAppendBytes && !HasRecordStart(bytes, NextStart(whole) + 1, written);
  if (!one_append) return bytes.size();
  return whole;
}

}  // namespace wallet
