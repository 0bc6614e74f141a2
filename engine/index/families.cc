#include "engine/index/families.h"

#include <utility>

#include "engine/index/entry_format.h"
#include "engine/index/row_format.h"
#include "wal/base/check.h"

namespace wallet {

RunSetOptions IndexRunOptions(std::string directory) {
  RunSetOptions options;
  options.directory = std::move(directory);
  // Names are stored.
  options.families = {{.name = "transactions", .filter = false, .combine = &CombineRows},
                      {.name = "keys", .filter = true, .combine = &CombineIds},
                      {.name = "currencies", .filter = false, .combine = {}}};
  WALLET_CHECK(options.families.size() == kIndexFamilies);
  return options;
}

}  // namespace wallet
