#include "wal/base/random.h"

#include <sys/random.h>

#include "wal/base/check.h"

namespace wallet {
namespace {

class MachineRandom final : public Random {
 public:
  uint64_t Next() override {
    uint64_t bits = 0;
    // Requests of up to 256 bytes are never cut short once the generator is seeded (getrandom(2)).
    WALLET_CHECK(getrandom(&bits, sizeof(bits), 0) == sizeof(bits));
    return bits;
  }
};

}  // namespace

Random& SystemRandom() {
  static MachineRandom& random = *new MachineRandom;
  return random;
}

}  // namespace wallet
