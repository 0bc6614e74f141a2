// From a result to an HTTP answer. Pure functions.
#pragma once

#include <string>

#include "engine/engine.h"
#include "net/http/calls.h"

namespace wallet {

struct HttpAnswer {
  int status = 200;
  std::string body;        // JSON
  int retry_after_s = 0;   // 0: none
  std::string_view allow;  // empty: none
};

// The HTTP status of the contract's table.
int StatusFor(Outcome outcome);

HttpAnswer AnswerRefusal(const Refusal& refusal);
HttpAnswer AnswerCall(const Call& call, const Result& result, Epoch epoch);
HttpAnswer AnswerHealth(const Health& health, const Engine& engine, const std::string& version);

}  // namespace wallet
