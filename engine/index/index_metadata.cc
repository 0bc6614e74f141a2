#include "engine/index/index_metadata.h"

#include "absl/strings/str_cat.h"
#include "engine/index/limits.h"
#include "wal/base/coding.h"

namespace wallet {

std::string EncodeIndexMetadata(const IndexMetadata& metadata) {
  std::string bytes;
  PutFixed(bytes, kIndexVersion);
  for (const uint64_t word : metadata.secret) PutFixed(bytes, word);
  return bytes;
}

absl::StatusOr<IndexMetadata> DecodeIndexMetadata(std::string_view bytes,
                                                  const std::string& directory) {
  Reader reader(bytes);
  const auto version = reader.Fixed<uint32_t>();
  if (version > kIndexVersion) {
    return absl::UnimplementedError(absl::StrCat(directory, ": the index has version ", version,
                                                 ", this program reads versions up to ",
                                                 kIndexVersion, ". Use a newer one."));
  }
  IndexMetadata metadata;
  for (uint64_t& word : metadata.secret) word = reader.Fixed<uint64_t>();
  if (reader.AtEnd() && version > 0) return metadata;
  return absl::DataLossError(
      absl::StrCat(directory, ": these are not the runs of an index: their metadata is another. ",
                   "Keep the directory as it is, and restore a backup into a new one"));
}

}  // namespace wallet
