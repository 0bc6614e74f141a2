// Long work in the background, beside threads that others wait for.
#pragma once

namespace wallet {

// Lets a thread run first that waits for this core, if there is one; else it takes well below a
// microsecond. Linux lets a thread work on for its time slice, some 4 ms, when another one wakes
// up: work that takes longer than 0.1 ms asks this often. Any thread.
void GiveWay();

}  // namespace wallet
