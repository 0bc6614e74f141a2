// Requests as ReadCall sees them.
#pragma once

#include <string_view>

#include "net/http/calls.h"

namespace wallet {

inline Call ReadGet(std::string_view target) {
  return ReadCall({.method = "GET", .target = target}, *Currency::Parse("USD"));
}

inline Call ReadPost(std::string_view target, std::string_view body) {
  return ReadCall(
      {.method = "POST", .target = target, .content_type = "application/json", .body = body},
      *Currency::Parse("USD"));
}

}  // namespace wallet
