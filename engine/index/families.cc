#include "engine/index/families.h"

#include <utility>

#include "engine/index/entry_format.h"
#include "engine/index/row_format.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

// Every write asks the filters of all runs of keys: there are as few of them as a merge by threes
// leaves.
constexpr size_t kKeyMergeWidth = 3;

}  // namespace

RunSetOptions IndexRunOptions(std::string directory) {
  RunSetOptions options;
  options.directory = std::move(directory);
  // Names are stored.
  options.families = {
      {.name = "transactions", .filter = false, .combine = &CombineRows},
      {.name = "keys", .filter = true, .combine = &CombineIds, .merge_width = kKeyMergeWidth},
      {.name = "currencies", .filter = false, .combine = {}}};
  WALLET_CHECK(options.families.size() == kIndexFamilies);
  return options;
}

}  // namespace wallet
