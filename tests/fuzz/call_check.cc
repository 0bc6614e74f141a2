#include "tests/fuzz/call_check.h"

#include <boost/json/parse.hpp>

#include "net/http/answers.h"
#include "tests/fuzz/operations.h"
#include "wal/base/check.h"

namespace wallet::fuzz {
namespace {

namespace json = boost::json;

void CheckRefused(const Call& call) {
  CheckRefusal(*call.refusal);
  const HttpReply reply = AnswerRefusal(*call.refusal);
  WALLET_CHECK(reply.status == StatusFor(call.refusal->outcome) && reply.status / 100 == 4);
  json::error_code error;
  const json::value body = json::parse(reply.body, error);
  WALLET_CHECK_NOTE(!error, reply.body);
  const std::string_view code = Code(call.refusal->outcome);
  WALLET_CHECK(body.at("error").at("code").as_string() ==
               json::string_view(code.data(), code.size()));
  WALLET_CHECK(call.allow.empty() == (call.refusal->outcome != Outcome::kMethodNotAllowed));
}

}  // namespace

void CheckCall(const HttpRequestView& request) {
  const Call call = ReadCall(request, *Currency::Parse("USD"));
  if (call.refusal) return CheckRefused(call);
  WALLET_CHECK((request.method == "POST") == IsWrite(call.kind));
  if (call.kind != CallKind::kHealth) CheckOperation(call.operation);
}

}  // namespace wallet::fuzz
