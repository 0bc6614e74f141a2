#include "tests/simulation/fact.h"

#include <algorithm>

#include "engine/payload.h"
#include "tests/simulation/translate.h"
#include "wal/record.h"

namespace wallet::simulation {
namespace {

Fact FactOf(const Event& event, uint64_t position) {
  Fact fact{.position = position,
            .user = event.user.value(),
            .id = event.id.value(),
            .at = event.at.value(),
            .created = event.type != EventType::kWithdrawalMoved};
  if (fact.created) fact.request = RequestOf(event);
  if (fact.request.withdraw) fact.reference = Reference(event.epoch, event.user, event.id);
  if (!fact.created) fact.move = MoveOf(event);
  return fact;
}

}  // namespace

FactReader::FactReader(const LogDisk& disk) : disk_(disk), hash_(disk.begin_hash) {}

absl::Status FactReader::ReadNew(std::vector<Fact>& facts) {
  const auto after = [](uint64_t position, const LogDisk::Record& record) {
    return position < record.first.value();
  };
  auto record = std::upper_bound(disk_.records.begin(), disk_.records.end(), position_, after);
  for (; record != disk_.records.end(); ++record) {
    if (absl::Status status = ReadRecord(*record, facts); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status FactReader::ReadRecord(const LogDisk::Record& record, std::vector<Fact>& facts) {
  const auto view = DecodeRecord(record.bytes, Position(position_ + 1), hash_);
  if (!view.ok()) return view.status();
  hash_ = view->hash;
  return ReadPayload(*view, [&](const Event& event, const EncodedEvent&) {
    facts.push_back(FactOf(event, ++position_));
  });
}

}  // namespace wallet::simulation
