#include "wal/base/give_way.h"

#include <sched.h>

namespace wallet {

void GiveWay() { sched_yield(); }

}  // namespace wallet
