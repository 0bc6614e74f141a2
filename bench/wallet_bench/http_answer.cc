#include "bench/wallet_bench/http_answer.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace wallet::bench {

std::string HttpAnswer::Code() const {
  boost::system::error_code error;
  const boost::json::value body = boost::json::parse(refusal_, error);
  const boost::json::value* const code = error ? nullptr : body.find_pointer("/error/code", error);
  if (code != nullptr && code->is_string()) return std::string(code->get_string());
  return "http_" + std::to_string(status_);
}

}  // namespace wallet::bench
