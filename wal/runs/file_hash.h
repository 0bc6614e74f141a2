// XXH3-128 of bytes that come in pieces.
#pragma once

#include <string_view>

#include "wal/runs/run_entry.h"

struct XXH3_state_s;

namespace wallet {

// One thread at a time.
class FileHash {
 public:
  FileHash();
  ~FileHash();
  FileHash(const FileHash&) = delete;
  FileHash& operator=(const FileHash&) = delete;

  void Update(std::string_view bytes);
  // Of everything given so far.
  RunHash Digest() const;

 private:
  XXH3_state_s* const state_;
};

}  // namespace wallet
