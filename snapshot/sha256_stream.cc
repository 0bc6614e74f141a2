#include "snapshot/sha256_stream.h"

#include <openssl/evp.h>

#include "wal/base/check.h"

namespace wallet {

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  WALLET_CHECK(context_ != nullptr);
  WALLET_CHECK(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(context_); }

void Sha256Stream::Update(std::string_view bytes) {
  WALLET_CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::Finish() {
  Sha256 hash{};
  unsigned int size = 0;
  WALLET_CHECK(EVP_DigestFinal_ex(context_, hash.data(), &size) == 1);
  WALLET_CHECK(size == hash.size());
  return hash;
}

}  // namespace wallet
