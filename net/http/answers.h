// From a result to an HTTP answer. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "engine/batch.h"
#include "engine/engine.h"
#include "net/codec.h"
#include "net/http/calls.h"

namespace wallet {

struct HttpReply {
  int status = 200;
  std::string body;        // JSON and a line's end
  int retry_after_s = 0;   // 0: none
  std::string_view allow;  // empty: none
};

// The HTTP status of the contract's table.
int StatusFor(Outcome outcome);

HttpReply AnswerRefusal(const HttpRefusal& refusal);
// With DefaultMessage.
HttpReply AnswerRefusal(Outcome outcome);
// `epoch` is the ledger's.
HttpReply AnswerCall(const Call& call, const Result& result, std::string_view epoch);
HttpReply AnswerHealth(const Health& health, const ServerIdentity& server);

// What goes around a reply.
struct HttpFraming {
  unsigned version = 11;  // of the request: 10 or 11
  bool keep_alive = false;
  bool head = false;  // the request was a HEAD: its answer has no body
};

// Appends the whole response, header and body.
void AppendResponse(const HttpReply& reply, HttpFraming framing, std::string& out);

}  // namespace wallet
