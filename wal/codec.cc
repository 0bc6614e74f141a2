#include "wal/codec.h"

#include <zstd.h>

#include "wal/base/check.h"

namespace wallet {

Compressor::Compressor(int level) : level_(level), context_(ZSTD_createCCtx()) {
  WALLET_CHECK(level >= 0 && level <= kMaxCompressionLevel);
  WALLET_CHECK(context_ != nullptr);
}

Compressor::~Compressor() { ZSTD_freeCCtx(context_); }

Codec Compressor::Compress(std::string_view plain, std::string& out) {
  const size_t start = out.size();
  if (level_ > 0 && !plain.empty()) {
    // One byte less than the original: what does not shrink fails, and is stored as it is.
    const size_t room = plain.size() - 1;
    out.resize(start + room);
    const size_t size =
        ZSTD_compressCCtx(context_, out.data() + start, room, plain.data(), plain.size(), level_);
    if (!ZSTD_isError(size)) return out.resize(start + size), Codec::kZstd;
  }
  out.resize(start);
  out.append(plain);
  return Codec::kNone;
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) { WALLET_CHECK(context_ != nullptr); }

Decompressor::~Decompressor() { ZSTD_freeDCtx(context_); }

std::optional<std::string_view> Decompressor::Decompress(Codec codec, std::string_view stored,
                                                         uint32_t plain_bytes) {
  if (codec == Codec::kNone) {
    if (stored.size() != plain_bytes) return std::nullopt;
    return stored;
  }
  if (codec != Codec::kZstd) return std::nullopt;
  plain_.resize(plain_bytes);
  const size_t size =
      ZSTD_decompressDCtx(context_, plain_.data(), plain_bytes, stored.data(), stored.size());
  if (ZSTD_isError(size) || size != plain_bytes) return std::nullopt;
  return plain_;
}

}  // namespace wallet
