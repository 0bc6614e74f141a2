// Ctrl-C during long work: asks it to stop, so that nothing half done stays.
#pragma once

#include <atomic>

namespace wallet {

// From now on the first SIGINT or SIGTERM only sets the flag that is returned; a second one ends
// the process at once. What is done has a temporary name until it is whole: that is safe too.
const std::atomic<bool>& StopOnInterrupt();

}  // namespace wallet
