// What stored files have in common: how they begin, and how damage is reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace wallet {

struct FileFormat {
  std::string_view magic;   // 8 bytes
  uint32_t version;         // the only one written, and the newest one read
  std::string_view noun;    // "snapshot"
  std::string_view remedy;  // what to do when one is damaged; a sentence
};

// The first bytes of a file, in every version: 0 magic, 8 u32 version, 12 u32 zero, 16 u64 XXH3-64
// of the bytes before.
inline constexpr size_t kPreambleBytes = 24;

std::string EncodePreamble(const FileFormat& format);

// Of the first kPreambleBytes, or fewer where the file is shorter. kDataLoss: no such file, or a
// damaged one. kUnimplemented: a newer program wrote it; both versions are named.
absl::Status CheckPreamble(const FileFormat& format, std::string_view bytes,
                           const std::string& path);

// kDataLoss: the file, the byte where it shows, what it is, and what to do.
absl::Status Damaged(const FileFormat& format, const std::string& path, uint64_t offset,
                     std::string_view what);

// A read that failed, with the file, the byte and what to do. It keeps its code, but is never
// kNotFound: what could not be read is not absent.
absl::Status ReadFailure(const FileFormat& format, const std::string& path, uint64_t offset,
                         const absl::Status& failure);

}  // namespace wallet
