#include "wal/runs/run_format.h"

#include "wal/base/hash.h"

namespace wallet {

uint64_t RunChecksumSeed(uint64_t salt, uint64_t offset) { return Mix64(salt + offset); }

}  // namespace wallet
