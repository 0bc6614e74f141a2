// u64 a position, then a text to parse.
#include "net/proto/position_token.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const Position position(input.Number<uint64_t>());
  const std::string token = FormatPositionToken("k3v7qm2a", position);
  WALLET_CHECK(ParsePositionToken(token) == (PositionToken{"k3v7qm2a", position}));

  const std::string_view text = input.Rest();
  const auto parsed = ParsePositionToken(text);
  if (!parsed) return 0;
  WALLET_CHECK(parsed->epoch.size() == 8);
  WALLET_CHECK_NOTE(FormatPositionToken(parsed->epoch, parsed->position) == text,
                    "one position has one token");
  return 0;
}
