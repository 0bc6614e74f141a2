#include "wal/runs/run_format.h"

#include "absl/strings/str_cat.h"
#include "wal/base/absl_view.h"
#include "wal/base/hash.h"

namespace wallet {

absl::Status RunReadFailure(const FileFormat& format, const std::string& path, uint64_t offset,
                            const absl::Status& failure) {
  const absl::StatusCode code =
      absl::IsNotFound(failure) ? absl::StatusCode::kDataLoss : failure.code();
  return absl::Status(
      code, absl::StrCat(path, ": this ", ToAbsl(format.noun), " can't be read at byte ", offset,
                         " (", failure.message(), "). ", ToAbsl(format.remedy)));
}

uint64_t RunChecksumSeed(uint64_t salt, uint64_t offset) { return Mix64(salt + offset); }

}  // namespace wallet
