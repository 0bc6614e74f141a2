// u8 how, u16 a bit to flip, then a log record. Its checksum can't be found by trying, so bit 0
// puts the right one in; bit 1 has the record follow just the position and the hash that it names.
#include "wal/record.h"

#include "tests/fuzz/input.h"
#include "wal/base/check.h"
#include "wal/base/coding.h"
#include "wal/limits.h"

namespace wallet {
namespace {

constexpr uint8_t kSeal = 1, kFollow = 2;
constexpr size_t kChecksumOffset = 56;

void Seal(std::string& record) {
  if (record.size() < kRecordHeaderBytes) return;
  const std::string_view bytes = record;
  const uint64_t checksum =
      Xxh3(bytes.substr(kRecordHeaderBytes), Xxh3(bytes.substr(0, kChecksumOffset)));
  std::memcpy(record.data() + kChecksumOffset, &checksum, sizeof(checksum));
}

void CheckRead(const std::string& record, const RecordView& view, const RecordLink& link) {
  WALLET_CHECK(view.first == link.first && view.count > 0 && view.count <= kMaxEventsPerRecord);
  Sha256 hash{};
  const std::string again =
      EncodeRecord(view.first, view.count, link.previous, {{view.payload}}, &hash);
  WALLET_CHECK_NOTE(again == record, "one record has one form");
  WALLET_CHECK(hash == view.hash);
}

void CheckDamageIsFound(std::string record, size_t bit, const RecordLink& link) {
  bit %= record.size() * 8;
  record[bit / 8] = static_cast<char>(record[bit / 8] ^ 1 << bit % 8);
  WALLET_CHECK(!DecodeRecord(record, link.first, link.previous).ok());
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  const size_t bit = input.Number<uint16_t>();
  std::string record(input.Rest());
  if (how & kSeal) Seal(record);
  const auto named = LinkOf(record);
  WALLET_CHECK(named.ok() == (record.size() > kRecordHeaderBytes));
  const RecordLink link = named.ok() && how & kFollow ? *named : RecordLink{Position(1), {}};
  const auto view = DecodeRecord(record, link.first, link.previous);
  if (!view.ok()) {
    WALLET_CHECK(absl::IsDataLoss(view.status()) || absl::IsUnimplemented(view.status()));
    return 0;
  }
  CheckRead(record, *view, link);
  CheckDamageIsFound(record, bit, link);
  return 0;
}
