// A line with the method, one with the target, one with the content type, then the body.
#include "tests/fuzz/call_check.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  wallet::fuzz::Input input(data, size);
  const std::string_view method = input.TakeUntil('\n');
  const std::string_view target = input.TakeUntil('\n');
  const std::string_view content_type = input.TakeUntil('\n');
  wallet::fuzz::CheckCall({method, target, content_type, input.Rest()});
  return 0;
}
