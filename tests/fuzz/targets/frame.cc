// u16 the largest frame taken, then the bytes of a connection.
#include "net/proto/frame.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using State = ParsedFrame::State;

void CheckFrame(std::string_view bytes, const ParsedFrame& frame, size_t most) {
  WALLET_CHECK(frame.error == FrameError::kNone);
  WALLET_CHECK(frame.consumed == kFrameHeaderBytes + frame.header.body_size);
  WALLET_CHECK(frame.consumed <= bytes.size() && frame.consumed <= most);
  WALLET_CHECK(frame.body == bytes.substr(kFrameHeaderBytes, frame.header.body_size));
  std::string header;
  AppendFrameHeader(frame.header, header);
  WALLET_CHECK_NOTE(bytes.starts_with(header), "one frame has one header");

  std::string whole(bytes.substr(0, frame.consumed));
  std::memset(whole.data(), 0, sizeof(uint32_t));
  SetBodySize(whole, 0);
  WALLET_CHECK(whole == bytes.substr(0, frame.consumed));
}

void CheckNeedMore(std::string_view bytes, const ParsedFrame& frame, size_t most) {
  WALLET_CHECK(frame.needed > bytes.size());
  if (bytes.size() < kFrameHeaderBytes) {
    WALLET_CHECK(frame.needed == kFrameHeaderBytes);
    return;
  }
  WALLET_CHECK(frame.needed <= most);
  std::string whole(bytes);
  whole.resize(frame.needed);
  const ParsedFrame filled = ParseFrame(whole, most);
  WALLET_CHECK(filled.state == State::kFrame && filled.consumed == frame.needed);
}

void CheckError(std::string_view bytes, const ParsedFrame& frame, size_t most) {
  WALLET_CHECK(frame.error != FrameError::kNone && !ToString(frame.error).empty());
  WALLET_CHECK_NOTE(ParseFrame(bytes.substr(0, kFrameHeaderBytes), most).error == frame.error,
                    "the header alone decides");
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const size_t most = input.Number<uint16_t>();
  std::string_view bytes = input.Rest();
  while (true) {
    const ParsedFrame frame = ParseFrame(bytes, most);
    if (frame.state == State::kNeedMore) return CheckNeedMore(bytes, frame, most), 0;
    if (frame.state == State::kError) return CheckError(bytes, frame, most), 0;
    CheckFrame(bytes, frame, most);
    const ParsedFrame cut = ParseFrame(bytes.substr(0, frame.consumed - 1), most);
    WALLET_CHECK(cut.state == State::kNeedMore);
    bytes.remove_prefix(frame.consumed);
  }
}
