// A snapshot's blocks, as they are written. The bytes are described in SNAPSHOT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "engine/ledger/fields.h"
#include "engine/ledger/limits.h"
#include "engine/ledger/types.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"

namespace wallet {

// The first byte of a section.
inline constexpr uint8_t kSnapshotVersion = 1;

// Stored: numbers are pinned.
enum class BlockType : uint8_t { kUsers = 1, kLots = 2, kOpen = 3, kEnd = 4 };

// Before a block: its type and, in 32 bits, the size of what follows.
inline constexpr size_t kBlockHeadBytes = 5;

// What an account's record says besides its numbers.
enum AccountFlag : uint8_t {
  kMoreAccounts = 0x01,   // of the same user follow
  kNamesCurrency = 0x02,  // another than the account before it in the block
  kHasHeld = 0x04,
  kHasLots = 0x08,     // they follow in the record
  kLotsFollow = 0x10,  // they follow in blocks of their own
};
inline constexpr uint8_t kAccountFlags = 0x1f;

// In the byte of a withdrawal's substatus.
inline constexpr uint8_t kMayHavePaid = 0x08;

// One block under way. Growing a string field by field costs more than the fields: it is written
// into a buffer that holds the largest.
class SnapshotBlock {
 public:
  explicit SnapshotBlock(BlockType type)
      : type_(type), buffer_(std::make_unique_for_overwrite<char[]>(kMaxSnapshotBlockBytes)) {}

  void Byte(uint8_t value) { *at_++ = static_cast<char>(value); }
  void Number(uint64_t value) { at_ = PutVarint(at_, value); }
  void Number(int64_t value) { Number(static_cast<uint64_t>(value)); }
  // ≥ 0; the low half first.
  void Number(unsigned __int128 value) {
    Number(static_cast<uint64_t>(value));
    Number(static_cast<uint64_t>(value >> 64));
  }
  void Signed(int64_t value) { Number(ZigZag(value)); }
  // The low bytes of the number.
  void Fixed(uint64_t value, size_t bytes) {
    std::memcpy(at_, &value, bytes);
    at_ += bytes;
  }
  void Name(Currency currency) { Fixed(currency.packed(), kCurrencyBytes); }
  void Text(std::string_view text) {
    Number(uint64_t{text.size()});
    at_ += text.copy(at_, text.size());
  }
  // Changes the first byte written.
  void PatchFirst(uint8_t value) { buffer_[0] = static_cast<char>(value); }

  // Aborts unless so many bytes more have room.
  void Reserve(size_t bytes) const { WALLET_CHECK(size() + bytes <= kMaxSnapshotBlockBytes); }

  size_t size() const { return static_cast<size_t>(at_ - buffer_.get()); }
  bool empty() const { return size() == 0; }
  bool full() const { return size() >= kSnapshotBlockBytes; }
  std::string_view bytes() const { return {buffer_.get(), size()}; }

  // Appends the block with its head, and is empty.
  void MoveTo(std::string& out) {
    out.push_back(static_cast<char>(type_));
    PutFixed(out, static_cast<uint32_t>(size()));
    out.append(bytes());
    at_ = buffer_.get();
  }

 private:
  const BlockType type_;
  std::unique_ptr<char[]> buffer_;
  char* at_ = buffer_.get();
};

}  // namespace wallet
