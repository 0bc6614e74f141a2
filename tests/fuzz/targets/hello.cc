// The body of a Hello.
#include <google/protobuf/stubs/logging.h>

#include "net/limits.h"
#include "net/proto/frame.h"
#include "net/session_hello.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

void CheckFramed(const v1::Welcome& welcome) {
  std::string bytes;
  AppendWelcome(welcome, bytes);
  const ParsedFrame frame = ParseFrame(bytes, kMaxHelloFrameBytes);
  WALLET_CHECK(frame.state == ParsedFrame::State::kFrame && frame.consumed == bytes.size());
  WALLET_CHECK(frame.header.kind == FrameKind::kWelcome && frame.header.request_id == 0);
  v1::Welcome read;
  WALLET_CHECK(read.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size())));
  WALLET_CHECK(read.SerializeAsString() == welcome.SerializeAsString());
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  static const google::protobuf::LogSilencer silence;
  static const ServerIdentity server{"0.1.0", "abcd2345", "sim", *Currency::Parse("USD")};
  const auto welcome = AnswerHello(fuzz::View(data, size), server);
  v1::Hello hello;
  WALLET_CHECK(hello.ParseFromArray(data, static_cast<int>(size)) == welcome.has_value());
  if (!welcome) return 0;
  const bool spoken =
      hello.min_version() <= kProtocolVersion && hello.max_version() >= kProtocolVersion;
  const bool taken = spoken && hello.credentials().empty();
  WALLET_CHECK(welcome->has_error() == !taken);
  WALLET_CHECK(welcome->version() == (taken ? kProtocolVersion : 0));
  CheckFramed(*welcome);
  return 0;
}
