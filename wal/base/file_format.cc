#include "wal/base/file_format.h"

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/base/hash.h"

namespace wallet {
namespace {

constexpr size_t kMagicBytes = 8;
constexpr size_t kChecksumOffset = 16;
static_assert(kChecksumOffset + sizeof(uint64_t) == kPreambleBytes);

absl::Status TooNew(const FileFormat& format, const std::string& path, uint32_t version) {
  return absl::UnimplementedError(
      absl::StrCat(path, ": this ", ToAbsl(format.noun), " has format version ", version,
                   "; this program reads versions up to ", format.version, ". Use a newer one."));
}

}  // namespace

std::string EncodePreamble(const FileFormat& format) {
  WALLET_CHECK(format.magic.size() == kMagicBytes);
  std::string bytes(format.magic);
  PutFixed<uint32_t>(bytes, format.version);
  PutFixed<uint32_t>(bytes, 0);
  PutFixed<uint64_t>(bytes, Xxh3(bytes));
  return bytes;
}

absl::Status CheckPreamble(const FileFormat& format, std::string_view bytes,
                           const std::string& path) {
  if (bytes.size() < kPreambleBytes) return Damaged(format, path, bytes.size(), "it is cut short");
  Reader reader(bytes.substr(0, kPreambleBytes));
  if (reader.Raw(kMagicBytes) != format.magic) {
    return Damaged(format, path, 0, "the file begins like no file of this kind");
  }
  const uint32_t version = reader.Fixed<uint32_t>();
  const uint32_t reserved = reader.Fixed<uint32_t>();
  if (reader.Fixed<uint64_t>() != Xxh3(bytes.substr(0, kChecksumOffset))) {
    return Damaged(format, path, 0, "its first bytes do not match their checksum");
  }
  if (version > format.version) return TooNew(format, path, version);
  if (version == 0 || reserved != 0) {
    return Damaged(format, path, kMagicBytes, "it begins as no version does");
  }
  return absl::OkStatus();
}

absl::Status Damaged(const FileFormat& format, const std::string& path, uint64_t offset,
                     std::string_view what) {
  return absl::DataLossError(absl::StrCat(path, ": this ", ToAbsl(format.noun),
                                          " is damaged at byte ", offset, ": ", ToAbsl(what), ". ",
                                          ToAbsl(format.remedy)));
}

absl::Status ReadFailure(const FileFormat& format, const std::string& path, uint64_t offset,
                         const absl::Status& failure) {
  const absl::StatusCode code =
      absl::IsNotFound(failure) ? absl::StatusCode::kDataLoss : failure.code();
  return absl::Status(
      code, absl::StrCat(path, ": this ", ToAbsl(format.noun), " can't be read at byte ", offset,
                         " (", failure.message(), "). ", ToAbsl(format.remedy)));
}

}  // namespace wallet
