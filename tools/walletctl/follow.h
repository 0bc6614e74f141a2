// `walletctl changes`: what happened to the transactions of all users, once or until interrupted.
#pragma once

#include "tools/walletctl/commands.h"

namespace wallet {

// One page; with --follow, everything there is and then what happens, asking again more and more
// seldom (kShortestPoll … kLongestPoll) while nothing does, until SIGINT or SIGTERM. A server that
// can't answer for a while is asked on. Prints each change, and at the end, to standard error, the
// position to go on after.
int DoChanges(client::Client& wallet, const Arguments& arguments);

}  // namespace wallet
