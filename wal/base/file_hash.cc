#include "wal/base/file_hash.h"

#include <xxhash.h>

#include <cstring>

#include "wal/base/check.h"

namespace wallet {

FileHash::FileHash() : state_(XXH3_createState()) {
  WALLET_CHECK(state_ != nullptr && XXH3_128bits_reset(state_) == XXH_OK);
}

FileHash::~FileHash() { XXH3_freeState(state_); }

void FileHash::Update(std::string_view bytes) {
  WALLET_CHECK(XXH3_128bits_update(state_, bytes.data(), bytes.size()) == XXH_OK);
}

FileDigest FileHash::Digest() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_));
  FileDigest hash;
  static_assert(sizeof(canonical.digest) == sizeof(hash));
  std::memcpy(hash.data(), canonical.digest, hash.size());
  return hash;
}

}  // namespace wallet
