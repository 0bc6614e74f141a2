// SHA-256 of bytes that come in pieces.
#pragma once

#include <memory>
#include <string_view>

#include "wal/base/hash.h"

struct evp_md_ctx_st;

namespace wallet {

// One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(std::string_view bytes);
  // Of everything given. Once; nothing may follow.
  Sha256 Finish();

 private:
  evp_md_ctx_st* const context_;
};

}  // namespace wallet
