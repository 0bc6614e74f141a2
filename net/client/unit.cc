#include "net/client/unit.h"

namespace wallet::client {
namespace {

bool MayBeTriedAgain(Code code) {
  return code == Code::kOverloaded || code == Code::kShuttingDown || code == Code::kOutcomeUnknown;
}

}  // namespace

bool Unit::Receive(size_t index, const v1::Result& result, std::string_view epoch, bool retry) {
  Operation& operation = operations_[index];
  if (operation.answered) return true;
  const Code code = static_cast<Code>(result.error().code());
  if (retry && MayBeTriedAgain(code)) {
    if (code == Code::kOutcomeUnknown) operation.perhaps_done = true;
    return false;
  }
  Answer(index, result, epoch);
  return true;
}

void Unit::GiveUp(const std::string& why) {
  v1::Result result;
  for (size_t i = 0; i < operations_.size(); ++i) {
    const Operation& operation = operations_[i];
    if (operation.answered) continue;
    const bool unknown = writes_ && operation.sent;
    result.mutable_error()->set_code(
        static_cast<uint32_t>(unknown ? Code::kOutcomeUnknown : Code::kUnreachable));
    result.mutable_error()->set_message(
        unknown ? why + "; whether it was done is not known. Send it again with the same key."
                : why + "; nothing was done.");
    if (!unknown && operation.sent) result.mutable_error()->set_message(why + ".");
    Answer(i, result, "");
  }
}

void Unit::Answer(size_t index, const v1::Result& result, std::string_view epoch) {
  Operation& operation = operations_[index];
  operation.answered = true;
  Set(index, result, epoch);
  const bool duplicate = result.error().code() == static_cast<uint32_t>(Code::kDuplicateRequest);
  if (duplicate && operation.perhaps_done) SetReplayed(index);
  if (--open_ == 0) Finish();
}

}  // namespace wallet::client
