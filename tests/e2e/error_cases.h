// The contract's table of errors as cases for both interfaces.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace wallet::e2e {

// The server holds: user 1 with a charge of 5000 USD (key "c1"), a charge released in 9999 (key
// "c2", 700 USD) and one of the most there is in EUR (key "max").
struct Case {
  std::string name;
  std::string code;
  std::string field;  // empty: not looked at
  int status = 400;
  // HTTP: "POST /charge", and what follows it. Empty: HTTP can't say it.
  std::string call;
  std::string body = {};
  std::string content_type = "application/json";
  // Binary: the operation as Protobuf text. Empty: the protocol has no such thing to say.
  std::string operation = {};
};

inline std::ostream& operator<<(std::ostream& out, const Case& each) { return out << each.name; }

// queue_full, shutting_down and what takes a failing disk have tests of their own.
std::vector<Case> ErrorCases();

}  // namespace wallet::e2e
