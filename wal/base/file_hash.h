// XXH3-128 of bytes that come in pieces.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

struct XXH3_state_s;

namespace wallet {

// XXH3-128 in canonical (big-endian) form: finds damage and swapped files, not malice.
using FileDigest = std::array<uint8_t, 16>;

// One thread at a time.
class FileHash {
 public:
  FileHash();
  ~FileHash();
  FileHash(const FileHash&) = delete;
  FileHash& operator=(const FileHash&) = delete;

  void Update(std::string_view bytes);
  // Of everything given so far.
  FileDigest Digest() const;

 private:
  XXH3_state_s* const state_;
};

}  // namespace wallet
