// u8 how, then the bytes of an HTTP connection. They come at once and, a second time, in pieces;
// `how` says how large those are, and bit 7 makes the limits small enough to be reached.
#include "tests/fuzz/call_check.h"
#include "tests/fuzz/http_reader.h"
#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

using State = fuzz::HttpReader::State;

constexpr uint8_t kSmallLimits = 0x80;
constexpr fuzz::HttpLimits kSmall{.header_bytes = 128, .body_bytes = 64};

// What a connection brought: its requests, and how it ended.
struct Heard {
  std::vector<std::string> requests;
  State end = State::kNeedsMore;
};

std::string Describe(const HttpRequestView& request) {
  std::string text;
  for (const auto part : {request.method, request.target, request.content_type, request.body}) {
    text.append(std::to_string(part.size())).append(" ").append(part);
  }
  return text;
}

// One or more requests are there. False when no other follows.
bool Take(fuzz::HttpReader& reader, const fuzz::HttpLimits& limits, Heard& heard) {
  while (heard.end == State::kRequest) {
    const HttpRequestView request = reader.request();
    WALLET_CHECK(request.body.size() <= limits.body_bytes);
    WALLET_CHECK(request.target.size() <= limits.header_bytes);
    heard.requests.push_back(Describe(request));
    fuzz::CheckCall(request);
    if (!reader.keep_alive()) return false;
    heard.end = reader.Next();
  }
  return heard.end != State::kUnreadable;
}

Heard Hear(std::string_view bytes, size_t piece, const fuzz::HttpLimits& limits) {
  fuzz::HttpReader reader(limits);
  Heard heard;
  while (!bytes.empty()) {
    heard.end = reader.Feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(bytes.size(), piece));
    if (!Take(reader, limits, heard)) break;
  }
  return heard;
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  const fuzz::HttpLimits limits = how & kSmallLimits ? kSmall : fuzz::HttpLimits();
  const std::string_view bytes = input.Rest();
  const Heard at_once = Hear(bytes, bytes.size(), limits);
  const Heard in_pieces = Hear(bytes, 1 + how % kSmallLimits, limits);
  // Where limits are reached, it depends on what has come by then.
  if (how & kSmallLimits) return 0;
  WALLET_CHECK_NOTE(at_once.requests == in_pieces.requests, "requests depend on the pieces");
  // Beast looks at a part of a head only once, and then not before it is whole: what is wrong with
  // it may be seen later, but never sooner.
  WALLET_CHECK(in_pieces.end == at_once.end || in_pieces.end == State::kNeedsMore);
  return 0;
}
