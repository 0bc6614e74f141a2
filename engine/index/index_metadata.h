// What the index keeps about itself, in the metadata of its runs' manifest: a backup of the runs
// has it too. Pure functions; engine/index/FORMAT.md.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/index/key_hash.h"

namespace wallet {

struct IndexMetadata {
  KeySecret secret{};
};

std::string EncodeIndexMetadata(const IndexMetadata& metadata);

// kUnimplemented: a newer program wrote the index; both versions are named. kDataLoss: no metadata
// of an index. Messages name `directory`.
absl::StatusOr<IndexMetadata> DecodeIndexMetadata(std::string_view bytes,
                                                  const std::string& directory);

}  // namespace wallet
