// Planted faults. A build with WALLET_MUTANTS (the preset `mutants`) holds all of them, and each
// process runs the one, if any, that its environment names: WALLET_MUTANT=log_not_synced. So
// tests/mutants proves that the suite would see them. In every other build the word is `false`, and
// nothing of it is left in the programs.
//
//   write.sync = !WALLET_MUTANT("log_not_synced");
//
// Each stands where the invariant that it breaks is owned, once; tests/mutants/LIST says what it
// breaks, and which suite must see it.
#pragma once

#ifdef WALLET_MUTANTS

#include <cstdlib>
#include <string_view>

namespace wallet {

inline bool IsMutant(std::string_view name) {
  static const char* const chosen = std::getenv("WALLET_MUTANT");
  return chosen != nullptr && name == chosen;
}

}  // namespace wallet

#define WALLET_MUTANT(name) (::wallet::IsMutant(name))

#else

#define WALLET_MUTANT(name) false

#endif
