// An operation said again, as a client would say it.
#pragma once

#include <string>

#include "engine/request.h"
#include "net/http/calls.h"

namespace wallet::fuzz {

// A Request of this one operation, by the client's own encoder.
std::string SayInBinary(const Operation& operation);

struct HttpSaying {
  std::string method;
  std::string target;
  std::string body;

  HttpRequestView View() const { return {method, target, "application/json", body}; }
};
HttpSaying SayOverHttp(const Operation& operation);

}  // namespace wallet::fuzz
