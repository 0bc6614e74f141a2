// The short words of the other formats: currencies, epochs, substatuses, names of files.
#include <cstdlib>

#include "engine/ledger/transaction.h"
#include "engine/ledger/types.h"
#include "snapshot/backup_manifest.h"
#include "snapshot/catalog.h"
#include "snapshot/container.h"
#include "tests/fuzz/input.h"
#include "wal/archive/segment_name.h"
#include "wal/base/check.h"
#include "wal/runs/run_manifest.h"

namespace wallet {
namespace {

void CheckCurrency(std::string_view text) {
  const auto currency = Currency::Parse(text);
  if (!currency) return;
  WALLET_CHECK(currency->ToString() == text && *currency != Currency());
  WALLET_CHECK(Currency::FromPacked(currency->packed()) == currency);
}

void CheckPacked(uint32_t packed) {
  const auto currency = Currency::FromPacked(packed);
  if (!currency) return;
  WALLET_CHECK(currency->packed() == packed);
  WALLET_CHECK(Currency::Parse(currency->ToString()) == currency);
}

void CheckEpoch(std::string_view text, uint64_t bits) {
  if (const auto epoch = Epoch::Parse(text)) WALLET_CHECK(epoch->ToString() == text);
  WALLET_CHECK(Epoch::Parse(Epoch(bits).ToString()) == Epoch(bits));
}

void CheckNames(std::string_view text, uint64_t number) {
  if (const auto position = ParseSnapshotName(text)) WALLET_CHECK(SnapshotName(*position) == text);
  WALLET_CHECK(ParseSnapshotName(SnapshotName(Position(number))) == Position(number));
  if (const auto range = ParseSegmentName(text)) WALLET_CHECK(SegmentName(*range) == text);
  const PositionRange range{Position(1 + number / 2), Position(1 + number / 2 + number % 1000)};
  WALLET_CHECK(ParseSegmentName(SegmentName(range)) == range);
  WALLET_CHECK(IsUnfinishedSegmentName(UnfinishedSegmentName(Position(number))));
  WALLET_CHECK(IsRunFileName(RunFileName("rows", RunNumber(number))));
  if (IsRunFileName(text)) {
    const size_t dash = text.find('-');
    const RunNumber run(std::strtoull(std::string(text.substr(dash + 1)).c_str(), nullptr, 10));
    WALLET_CHECK_NOTE(RunFileName(text.substr(0, dash), run) == text, "one run has one name");
  }
  if (const auto substatus = ParseSubstatus(text)) WALLET_CHECK(ToString(*substatus) == text);
  // A name that is a path of one part is fit for both, but for the parts that mean a directory.
  const bool one_part = text.find('/') == std::string_view::npos && text != "." && text != "..";
  if (one_part && IsSectionName(text)) WALLET_CHECK(IsBackupName(text));
}

}  // namespace
}  // namespace wallet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wallet;
  const std::string_view text = fuzz::View(data, size);
  const auto number = fuzz::Input(data, size).Number<uint64_t>();
  CheckCurrency(text);
  CheckPacked(static_cast<uint32_t>(number));
  CheckEpoch(text, number);
  CheckNames(text, number);
  return 0;
}
