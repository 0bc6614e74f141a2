#include <algorithm>

#include "tools/long_work/progress_line.h"
#include "tools/wallet-snapshot/output.h"
#include "tools/walletctl/output.h"

namespace wallet::snapshot_tool {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string Number(Position position) { return std::to_string(position.value()); }

std::string OrNone(const std::optional<Position>& position) {
  return position ? Number(*position) : "none";
}

// name and value, one a line.
std::string Pairs(const Rows& rows) {
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row[0].size());
  std::string text;
  for (const auto& row : rows) {
    text += row[0] + std::string(width - row[0].size() + 2, ' ') + row[1] + "\n";
  }
  return text;
}

}  // namespace

std::string TextOf(const std::vector<SnapshotListing>& snapshots) {
  if (snapshots.empty()) return "There are no snapshots.\n";
  Rows rows = {{"position", "taken", "bytes", "accounts", "path"}};
  for (const SnapshotListing& each : snapshots) {
    if (each.damage.empty()) {
      rows.push_back({Number(each.position), FormatRfc3339(each.created_at),
                      std::to_string(each.bytes), std::to_string(each.accounts), each.path});
    } else {
      rows.push_back({Number(each.position), "DAMAGED", "-", "-", each.path});
    }
  }
  return Table(rows);
}

std::string TextOf(const std::vector<SetListing>& sets) {
  if (sets.empty()) return "There are no backup sets.\n";
  Rows rows = {{"up to", "made", "snapshot", "bytes", "epoch", "path"}};
  for (const SetListing& each : sets) {
    if (!each.set) {
      rows.push_back({"-", "DAMAGED", "-", "-", "-", each.path});
      continue;
    }
    const BackupContents& contents = each.set->contents;
    rows.push_back({Number(contents.end), FormatRfc3339(contents.created_at),
                    OrNone(contents.snapshot), std::to_string(each.set->manifest.TotalBytes()),
                    contents.epoch.ToString(), each.path});
  }
  return Table(rows);
}

std::string TextOf(const SnapshotMetadata& snapshot, const std::string& path, uint64_t bytes) {
  int64_t accounts = 0, open = 0;
  for (const SectionFacts& section : snapshot.sections) {
    accounts += section.accounts;
    open += section.open_withdrawals;
  }
  return Pairs({{"snapshot", path},
                {"position", Number(snapshot.position)},
                {"taken", FormatRfc3339(snapshot.created_at)},
                {"last event", FormatRfc3339(snapshot.last_stamp)},
                {"bytes", std::to_string(bytes)},
                {"epoch", snapshot.epoch.ToString()},
                {"default currency", snapshot.default_currency.ToString()},
                {"accounts", std::to_string(accounts)},
                {"open withdrawals", std::to_string(open)},
                {"shards", std::to_string(snapshot.sections.size())},
                {"chain hash", ToHex(snapshot.chain_hash)}});
}

std::string TextOf(const BackupSetContents& set, const std::string& path) {
  const BackupContents& contents = set.contents;
  return Pairs({{"backup set", path},
                {"made", FormatRfc3339(contents.created_at)},
                {"epoch", contents.epoch.ToString()},
                {"default currency", contents.default_currency.ToString()},
                {"up to position", Number(contents.end)},
                {"snapshot at", OrNone(contents.snapshot)},
                {"index up to", OrNone(contents.index)},
                {"log behind", Number(contents.log_begin)},
                {"files", std::to_string(set.manifest.files.size())},
                {"bytes", std::to_string(set.manifest.TotalBytes())},
                {"chain hash", ToHex(contents.end_hash)}});
}

std::string TextOf(const SnapshotMade& made) {
  const std::string what = "snapshot at position " + std::to_string(made.position) + ": " +
                           AmountText(made.bytes, "B") + ", " + FormatRfc3339(made.created_at);
  return what + (made.made ? "\n" : " (it was there already: nothing happened since)\n");
}

std::string TextOf(const SetMade& made) {
  return "backup set " + made.path + ": everything up to position " + std::to_string(made.end) +
         "; " + AmountText(made.copied_bytes, "B") + " copied, " +
         AmountText(made.linked_bytes, "B") + " linked\n";
}

}  // namespace wallet::snapshot_tool
