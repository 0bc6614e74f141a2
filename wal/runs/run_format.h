// How both kinds of file of this room begin, and how damage is reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace wallet {

struct RunFileFormat {
  std::string_view magic;  // 8 bytes
  uint32_t version;        // the only one written, and the newest one read
  std::string_view noun;
  std::string_view remedy;  // what to do when one is damaged
};

inline constexpr RunFileFormat kRunFormat = {
    "WALTRUN\n", 1, "run of the index",
    "Keep the directory as it is, and restore a backup into a new one"};
inline constexpr RunFileFormat kRunManifestFormat = {
    "WALTRUNS", 1, "manifest of the index's runs",
    "Keep the directory as it is, and restore a backup into a new one"};

// The first bytes of a file, in every version: 0 magic, 8 u32 version, 12 u32 zero, 16 u64 XXH3-64
// of the bytes before.
inline constexpr size_t kRunPreambleBytes = 24;

std::string EncodeRunPreamble(const RunFileFormat& format);

// Of the first kRunPreambleBytes, or fewer where the file is shorter. kDataLoss: no such file, or a
// damaged one. kUnimplemented: a newer program wrote it; both versions are named.
absl::Status CheckRunPreamble(const RunFileFormat& format, std::string_view bytes,
                              const std::string& path);

// kDataLoss: the file, the byte where it shows, what it is, and what to do.
absl::Status RunDamage(const RunFileFormat& format, const std::string& path, uint64_t offset,
                       std::string_view what);

// A read that failed, with the file, the byte and what to do. It keeps its code, but is never
// kNotFound: what could not be read is not absent.
absl::Status RunReadFailure(const RunFileFormat& format, const std::string& path, uint64_t offset,
                            const absl::Status& failure);

// The seed of the checksum of what stands at `offset` of the run with this salt: what was moved, or
// belongs to another run, does not match it.
uint64_t RunChecksumSeed(uint64_t salt, uint64_t offset);

}  // namespace wallet
