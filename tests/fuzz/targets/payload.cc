// The payload of a log record: segments of events.
#include "engine/payload.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"

namespace wallet {
namespace {

constexpr Position kFirst{1000};

struct Read {
  absl::Status status;
  uint32_t events = 0;
  size_t bytes = 0;  // of the events
};

// What the heads of the segments say their events take.
size_t SegmentBytes(std::string_view payload) {
  Reader reader(payload.substr(kPayloadStart.size()));
  size_t bytes = 0;
  while (reader.remaining() > 0) {
    const uint64_t size = reader.Varint();
    reader.Varint();
    reader.Fixed<int64_t>();
    bytes += reader.Raw(size).size();
  }
  return bytes;
}

// Its events follow one another in the payload, and each is what it would be encoded to.
Read ReadAll(std::string_view payload, uint32_t count) {
  Read read;
  const char* at = payload.data();
  read.status =
      ReadPayload({.first = kFirst, .count = count, .payload = payload},
                  [&](const Event& event, const EncodedEvent& encoded) {
                    ++read.events;
                    read.bytes += encoded.bytes.size();
                    std::string again;
                    EncodeEvent(event, encoded.base, again);
                    WALLET_CHECK(again == encoded.bytes);
                    WALLET_CHECK(encoded.base >= kMinInstant && encoded.base <= kMaxInstant);
                    WALLET_CHECK(encoded.bytes.data() >= at);
                    at = encoded.bytes.data() + encoded.bytes.size();
                    WALLET_CHECK(at <= payload.data() + payload.size());
                  });
  return read;
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view payload = fuzz::View(data, size);
  const Read counted = ReadAll(payload, 0);
  const Read read = ReadAll(payload, counted.events);
  WALLET_CHECK(read.events == counted.events);
  WALLET_CHECK(read.status.ok() || absl::IsDataLoss(read.status) ||
               absl::IsUnimplemented(read.status));
  if (!read.status.ok()) return 0;
  WALLET_CHECK_NOTE(read.bytes == SegmentBytes(payload), "every byte is part of an event");
  WALLET_CHECK_NOTE(!ReadAll(payload, counted.events + 1).status.ok(), "no other count is taken");
  WALLET_CHECK_NOTE(!ReadAll(payload.substr(0, size - 1), counted.events).status.ok(),
                    "the last byte is part of something");
  return 0;
}
