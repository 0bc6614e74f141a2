// walletd's arguments, one a line. (Which file it reads is not for the fuzzer to say: config_file
// is about what stands in one.)
#include "tests/fuzz/flags_check.h"
#include "tests/fuzz/input.h"
#include "tools/walletd/flag_values.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

void CheckDuration(std::string_view text) {
  const auto micros = ParseDuration(text);
  if (!micros) return;
  WALLET_CHECK(*micros >= 0);
  WALLET_CHECK(ParseDuration(std::to_string(*micros) + "us") == micros);
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = wallet::fuzz::View(data, size);
  std::vector<std::string> arguments;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    wallet::CheckDuration(line);
    if (line.find("config") != std::string_view::npos) continue;
    // An argument ends at its first NUL.
    arguments.emplace_back(line.substr(0, line.find('\0')));
  }
  wallet::fuzz::CheckFlags(arguments);
  return 0;
}
