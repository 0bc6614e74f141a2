#include "wal/base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <memory>

#include "wal/base/check.h"

namespace wallet {

Sha256 Sha256Of(std::initializer_list<std::string_view> parts) {
  // Looked up once, for the life of the process: EVP_sha256() would be looked up by each call.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  WALLET_CHECK(context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1);
  for (const std::string_view part : parts) {
    WALLET_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  Sha256 hash{};
  unsigned int size = 0;
  WALLET_CHECK(EVP_DigestFinal_ex(context.get(), hash.data(), &size) == 1);
  WALLET_CHECK(size == hash.size());
  return hash;
}

std::string ToHex(const Sha256& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : hash) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xf];
  }
  return hex;
}

uint64_t Xxh3(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace wallet
