// Compression of some bytes that are stored together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace wallet {

// Stored in files: the numbers never change.
enum class Codec : uint8_t {
  kNone = 0,
  kZstd = 1,  // one frame of Zstandard (RFC 8878), without its own checksum
};

// Levels above take minutes per gigabyte, for nothing that a restart would thank us for.
inline constexpr int kMaxCompressionLevel = 19;

// One thread at a time. The same bytes give the same result with the same version of zstd.
class Compressor {
 public:
  // 0: never compresses; else zstd's levels 1 … kMaxCompressionLevel.
  explicit Compressor(int level);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Appends `plain` to `out` as it is stored, never longer than it was.
  Codec Compress(std::string_view plain, std::string& out);

 private:
  const int level_;
  ZSTD_CCtx_s* const context_;
};

// One thread at a time.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  // Exactly `plain_bytes` bytes, valid until the next call and as long as `stored` is; none when
  // `stored` holds anything else. Allocates no more than `plain_bytes`.
  std::optional<std::string_view> Decompress(Codec codec, std::string_view stored,
                                             uint32_t plain_bytes);

 private:
  ZSTD_DCtx_s* const context_;
  std::string plain_;
};

}  // namespace wallet
