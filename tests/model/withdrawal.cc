#include "tests/model/withdrawal.h"

#include <map>
#include <set>

namespace wallet::model {
namespace {

// What may follow, before the finer rules.
const std::map<std::string, std::set<std::string>>& Followers() {
  static const std::map<std::string, std::set<std::string>> kFollowers = {
      {"queued", {"dispatching"}},
      {"dispatching", {"completed", "failed", "queued", "unknown", "inquiring", "review"}},
      {"unknown", {"inquiring", "review"}},
      {"inquiring", {"completed", "failed", "dispatching", "review"}},
      {"review", {"completed", "failed"}},
  };
  return kFollowers;
}

std::string WhyNot(const Entry& entry, const Move& move) {
  const std::string step = entry.substatus + " -> " + move.to;
  if (entry.status != "pending") return step + ": it has ended, or never was a withdrawal";
  if (!Followers().at(entry.substatus).contains(move.to)) return step + " is no step";
  const bool attempt = move.to == "dispatching";
  if (move.attempts != entry.attempts + (attempt ? 1 : 0)) return step + ": attempts miscounted";
  if (move.at < entry.updated_at) return step + ": time goes back";
  if (attempt && move.bank.empty()) return step + ": no bank is named";
  const bool refusal =
      entry.substatus == "dispatching" && (move.to == "failed" || move.to == "queued");
  if (refusal && entry.may_have_paid) return step + ": an earlier attempt may have paid";
  if (attempt && entry.may_have_paid && move.bank != entry.bank) {
    return step + ": another bank may have paid";
  }
  return "";
}

}  // namespace

std::string Take(Entry& entry, const Move& move) {
  if (std::string why = WhyNot(entry, move); !why.empty()) return why;
  entry.substatus = move.to;
  entry.updated_at = move.at;
  entry.attempts = move.attempts;
  if (move.to == "dispatching") entry.bank = move.bank;
  if (move.to == "unknown" || move.to == "inquiring") entry.may_have_paid = true;
  if (move.to == "completed" || move.to == "failed") entry.status = move.to;
  if (move.to == "failed") {
    entry.failure_code = move.code;
    entry.failure_message = move.message;
  }
  return "";
}

}  // namespace wallet::model
