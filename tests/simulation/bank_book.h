// What a bank did: its own memory, which no crash of the wallet touches.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace wallet::simulation {

// How a reference was judged, once and for ever.
struct Judgement {
  bool paid = false;
  int64_t user = 0;
  int64_t amount = 0;
  std::string currency;
  int64_t payments = 0;  // how often money left
};

using Book = std::map<std::string, Judgement>;  // by reference

}  // namespace wallet::simulation
